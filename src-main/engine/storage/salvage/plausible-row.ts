import type { FoundColumn, FoundTable } from './found-schema.ts';
import { RawText, type StoredValue } from './record.ts';

/**
 * Whether a row that lies where damage may have reached can be one of this table: as many columns, values of the
 * declared kinds, texts that a program writes. What damage has made of a row must never go to the cloud as a record.
 */
export function isPlausible(table: FoundTable, values: readonly StoredValue[]): boolean {
  // Columns that were added later are missing in older rows.
  if (values.length > table.columns.length || values.length < Math.min(table.columns.length, 3)) return false;
  return values.every((value, index) => {
    const column = table.columns[index];
    return column !== undefined && fits(column, value);
  });
}

/** The table that rows of a page without an owner belong to; null where none fits all of them, or nearly. */
export function tableOfRows(
  tables: readonly FoundTable[],
  rows: readonly (readonly StoredValue[])[],
): FoundTable | null {
  let best: FoundTable | null = null;
  let most = 0;
  for (const table of tables) {
    const fitting = rows.filter((row) => isPlausible(table, row));
    const exact = fitting.filter((row) => row.length === table.columns.length).length;
    const score = fitting.length + exact / (rows.length + 1);
    if (score > most) [best, most] = [table, score];
  }
  return most * 2 > rows.length ? best : null;
}

const exact: Readonly<Record<string, (value: StoredValue) => boolean>> = {
  created_at: (value) => value === null || isTime(value),
  synced_to_cloud: (value) => value === null || value === 0 || value === 1 || value === -1,
  frame_number: (value) => typeof value === 'number' && value >= 0 && value < 2 ** 40,
  timestamp_recorded: (value) => value === null || isTime(value),
  timestamp_video: (value) => value === null || (typeof value === 'number' && Math.abs(value) < 1e9),
  session_id: isName,
  camera_id: isName,
  location_id: (value) => value === null || isName(value),
  state: isName,
};

function isName(value: StoredValue): boolean {
  return typeof value === 'string' && value !== '' && value.length < 200;
}

function isTime(value: StoredValue): boolean {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value);
}

function fits({ name, type, notNull, isRowid }: FoundColumn, value: StoredValue): boolean {
  if (isRowid) return value === null;
  if (value === null) return !notNull;
  if (value instanceof RawText) return false;
  const special = exact[name.toLowerCase()];
  if (special !== undefined && !special(value)) return false;
  if (/_(at|time|timestamp)$/i.test(name) && !isTime(value)) return false;
  if (typeof value === 'string') return !hasControlCharacters(value) && !/REAL|FLOA|DOUB|INT|BOOL/.test(type);
  if (value instanceof Buffer) return type === 'BLOB' || type === '';
  if (/CHAR|TEXT|CLOB/.test(type)) return false;
  return Number.isInteger(Number(value)) || !/INT|BOOL/.test(type);
}

/** Line ends and tabs stand in messages; the others in no text of ours. */
function hasControlCharacters(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 32 && code !== 9 && code !== 10 && code !== 13) return true;
  }
  return false;
}
