import type {
  QuarantineEntry,
  QuarantinePage,
  QuarantinePageSelection,
  RefusalReason,
} from '../../contract/quarantine-shapes.ts';
import type { Storage } from '../storage/service.ts';
import type { EditableTables } from './edit-fields.ts';
import { type EntryRow, entryCode, entryColumns, toEntry } from './quarantine-rows.ts';
import { reasonIn } from './refusal-reasons.ts';

/** A page of entries, newest first, and how many match on all pages; beside the engine's own thread. */
export async function pageQuarantine(
  storage: Storage,
  { stream, code, runId, resolved, beforeId, limit }: QuarantinePageSelection,
  tables: EditableTables,
): Promise<QuarantinePage> {
  const conditions: string[] = [];
  const parameters: unknown[] = [];
  const restrict = (condition: string, value: unknown): void => {
    if (value === undefined) return;
    conditions.push(condition);
    parameters.push(value);
  };
  if (!resolved) conditions.push(`resolution = 'open'`);
  restrict('stream = ?', stream);
  restrict(`${entryCode} = ?`, code);
  restrict('run_id = ?', runId);
  const whole = conditions.length === 0 ? 'TRUE' : conditions.join(' AND ');
  const [counted, rows] = await Promise.all([
    storage.background.all<{ n: number }>(
      `SELECT count(*) AS n FROM sync_quarantine WHERE ${whole}`,
      parameters,
    ),
    storage.background.all<EntryRow>(
      `SELECT ${entryColumns} FROM sync_quarantine WHERE ${whole} AND id < ? ORDER BY id DESC LIMIT ?`,
      [...parameters, beforeId ?? Number.MAX_SAFE_INTEGER, limit],
    ),
  ]);
  const entries = rows.map((row) => {
    const entry = toEntry(row);
    const reason = reasonIn(entry.message);
    const column = columnOf(entry, reason);
    return { ...entry, column, reason, correctable: isCorrectable(entry, column, tables) };
  });
  return { entries, total: counted[0]?.n ?? 0 };
}

/** What is refused of a record; null where it is no single column. */
function columnOf({ message, payload }: QuarantineEntry, reason: RefusalReason | null): string | null {
  const columns = Object.keys(payload);
  const holding = (name: string): string | null => ((payload[name] ?? null) === null ? null : name);
  switch (reason?.kind) {
    case 'impossible_time':
      return holding('timestamp_recorded') ?? holding('timestamp_utc');
    case 'other_location':
      return holding('location_id');
    case 'bad_bytes':
      return columns.find((name) => String(payload[name]).includes('\uFFFD')) ?? null;
    case 'earlier_differs':
    case 'cloud_differs':
    case 'copy':
    case 'parent_elsewhere':
      return null;
    default:
      return columnIn(message, columns);
  }
}

const notByValues = ['wrong_location', 'copy_of_quarantined'];

function isCorrectable(
  { stream, code }: QuarantineEntry,
  column: string | null,
  { stateTables, logTables, parentTables }: EditableTables,
): boolean {
  if (notByValues.includes(code)) return false;
  const table = [...stateTables, ...logTables, ...parentTables].find((one) => one.name === stream);
  return table !== undefined && (column === null || ![...table.key, 'location_id'].includes(column));
}

/**
 * The column that a refusal is about: named by itself ("state" of relation …; state is no text), or within the name that
 * PostgreSQL gives a rule of one column (…_states_state_check).
 */
export function columnIn(message: string, columns: readonly string[]): string | null {
  const longestFirst = columns.toSorted((a, b) => b.length - a.length);
  const rule = /constraint "([^"]+)"/.exec(message)?.[1];
  if (rule !== undefined) {
    const named = longestFirst.find((name) => rule === `${name}_check` || rule.endsWith(`_${name}_check`));
    if (named !== undefined) return named;
  }
  return longestFirst.find((name) => new RegExp(`(^|[\\s"'])${name}($|[\\s"'.,:;])`).test(message)) ?? null;
}
