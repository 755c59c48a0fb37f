import type { ErrorGroup } from '../../contract/error-group.ts';
import type { ErrorEntry } from '../../contract/report-shapes.ts';
import { type Storage, utcText } from '../storage/service.ts';
import { readSeenLines } from './seen-lines.ts';

/** Records or lines with one code that were not taken. */
export interface NotTaken {
  readonly group: ErrorGroup;
  readonly code: string;
  readonly unit: Exclude<ErrorEntry['unit'], 'runs'>;
  readonly count: number;
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  /** the words of the newest */
  readonly words: string;
  readonly resolved: boolean;
  readonly streams: readonly string[];
}

/** An earlier record of the same key is in the way. */
const conflicts = ['conflict', 'copy_of_quarantined'];

/** What is in quarantine, by code; and what was decided at or after an instant. */
export async function readQuarantine(storage: Storage, decidedSince: Date): Promise<NotTaken[]> {
  const sql = `SELECT q.message AS words, g.* FROM (
      SELECT COALESCE(code, '') AS code, count(*) AS n, max(id) AS newest, max(resolution = 'open') AS is_open,
        unixepoch(min(COALESCE(first_seen, created_at))) AS first, unixepoch(max(COALESCE(first_seen, created_at))) AS last,
        json_group_array(DISTINCT stream) AS streams
      FROM sync_quarantine
      WHERE resolution = 'open' OR resolved_at >= ? GROUP BY COALESCE(code, '')) g
    JOIN sync_quarantine q ON q.id = g.newest`;
  const rows = await storage.background.all<CodeRow & { readonly is_open: number; readonly streams: string }>(
    sql,
    [utcText(decidedSince)],
  );
  return rows.map((row) => ({
    ...toNotTaken(row, 'records'),
    resolved: row.is_open === 0,
    streams: JSON.parse(row.streams) as string[],
  }));
}

/**
 * Lines of the bridge that were refused, by code: of each code those that nobody has seen, or all of them, resolved,
 * where a person has seen them at or after an instant.
 */
export async function readRefusedLines(storage: Storage, seenSince: Date): Promise<NotTaken[]> {
  const seen = readSeenLines(storage);
  const sql = `SELECT r.message AS words, g.* FROM (
      SELECT COALESCE(NULLIF(l.code, ''), 'unknown') AS code, l.id > COALESCE(s.value ->> 'id', 0) AS fresh,
        count(*) AS n, max(l.id) AS newest, unixepoch(min(l.received_at)) AS first, unixepoch(max(l.received_at)) AS last
      FROM rejected_lines l LEFT JOIN json_each(?) s ON s.key = COALESCE(NULLIF(l.code, ''), 'unknown')
      GROUP BY 1, 2) g
    JOIN rejected_lines r ON r.id = g.newest`;
  const rows = await storage.background.all<CodeRow & { readonly fresh: number }>(sql, [
    JSON.stringify(seen),
  ]);
  const freshCodes = new Set(rows.flatMap((row) => (row.fresh === 1 ? [row.code] : [])));
  const isTold = (row: (typeof rows)[number]): boolean => {
    if (row.fresh === 1) return true;
    return !freshCodes.has(row.code) && Date.parse(seen[row.code]?.at ?? '') >= seenSince.getTime();
  };
  return rows
    .filter(isTold)
    .map((row) => ({ ...toNotTaken(row, 'lines'), resolved: row.fresh === 0, streams: [] }));
}

interface CodeRow {
  readonly code: string;
  readonly n: number;
  readonly first: number | null;
  readonly last: number | null;
  readonly words: string | null;
}

function toNotTaken(
  { code, n, first, last, words }: CodeRow,
  unit: NotTaken['unit'],
): Omit<NotTaken, 'resolved' | 'streams'> {
  return {
    group: conflicts.includes(code) ? 'conflict' : 'data',
    code: code === '' ? 'unknown' : code,
    unit,
    count: n,
    firstMs: first === null ? null : first * 1000,
    lastMs: last === null ? null : last * 1000,
    words: words ?? '',
  };
}
