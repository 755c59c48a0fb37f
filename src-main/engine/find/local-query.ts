import { storeTime } from '../time/store-time.ts';
import type { StateTable, Wanted } from './wanted-records.ts';

export interface Query {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/**
 * How a row says when it was recorded. Other writers leave it out, or write it empty: then the session's start counts.
 * Each is a query of its own, since an index answers each by itself. `any` where no time is asked for.
 */
export type TimeForm = 'written' | 'null' | 'empty' | 'any';

const hourS = 3600;
/** No offset is wider; a text of any offset lies within so much of its instant. */
const widestOffsetMs = 2 * 24 * hourS * 1000;

/** Every camera of a state table, by one step in the index each. */
const camerasOf = (table: string): string => `WITH RECURSIVE seen(camera_id) AS (
    SELECT min(camera_id) FROM ${table} UNION ALL
    SELECT (SELECT min(camera_id) FROM ${table} WHERE camera_id > seen.camera_id) FROM seen WHERE seen.camera_id IS NOT NULL)`;

const newestFirst = 'ORDER BY s.timestamp_recorded DESC, s.rowid DESC';

/**
 * A page of what is wanted of one table, newest first. The most telling filter leads and takes its index; a unary plus
 * keeps SQLite from choosing the index of another. Times are compared roughly (see `recordedWithin`).
 */
export function localQuery(
  table: StateTable,
  wanted: Wanted,
  form: TimeForm,
  page: { readonly limit: number; readonly offset: number },
): Query {
  const { conditions, parameters } = conditionsOf(table, wanted, form);
  const found = `SELECT s.rowid AS found FROM ${table.name} s ${joinSession(form)}
    WHERE ${conditions.join(' AND ')} ${newestFirst} LIMIT ? OFFSET ?`;
  const cameras = leadOf(table, wanted) === 'time' ? camerasOf(table.name) : '';
  return {
    sql: `${cameras} ${decorate(table, found)} ${newestFirst}`,
    parameters: [...parameters, page.limit, page.offset],
  };
}

/** Every row that has one of these natural keys: `keys` hold the values of `table.key` in order. */
export function queryByKeys(table: StateTable, locationId: string, keys: readonly unknown[][]): Query {
  const same = table.key.map(
    (name, at) => `${at < 2 ? '' : '+'}s.${name} = json_extract(j.value, '$[${at}]')`,
  );
  const found = `SELECT s.rowid AS found FROM json_each(?) j CROSS JOIN ${table.name} s
    WHERE ${same.join(' AND ')} AND +s.location_id = ?`;
  return { sql: decorate(table, found), parameters: [JSON.stringify(keys), locationId] };
}

/** The rows with what else their way is told from; the key's first two columns are an index. */
function decorate(table: StateTable, found: string): string {
  const sameKey = [...table.key, 'location_id'].map(
    (name, at) => `${at < 2 ? '' : '+'}b.${name} = s.${name}`,
  );
  return `SELECT CAST(s.rowid AS TEXT) AS id, s.*,
      CAST((SELECT min(b.rowid) FROM ${table.name} b WHERE ${sameKey.join(' AND ')}) AS TEXT) AS first_id,
      EXISTS (SELECT 1 FROM sync_marks m WHERE m.stream = 'sessions' AND m.record_key = s.session_id) AS parent_confirmed,
      (SELECT start_time FROM sessions p WHERE p.session_id = s.session_id) AS session_start,
      q.id AS quarantine_id, q.code AS quarantine_code, q.message AS quarantine_message
    FROM (${found}) f JOIN ${table.name} s ON s.rowid = f.found
    LEFT JOIN sync_quarantine q ON q.id = (SELECT max(o.id) FROM sync_quarantine o
      WHERE o.stream = '${table.name}' AND o.local_id = s.rowid AND o.resolution = 'open')`;
}

type Lead = 'session' | 'table' | 'camera' | 'time';

function leadOf(table: StateTable, wanted: Wanted): Lead {
  if (wanted.sessionId !== null) return 'session';
  if (wanted.tableId !== null && table.key.includes('table_id')) return 'table';
  return wanted.cameraId !== null ? 'camera' : 'time';
}

function conditionsOf(
  table: StateTable,
  wanted: Wanted,
  form: TimeForm,
): { readonly conditions: string[]; readonly parameters: unknown[] } {
  const lead = leadOf(table, wanted);
  const conditions = [`${lead === 'table' ? '' : '+'}s.location_id = ?`];
  const parameters: unknown[] = [wanted.locationId];
  const filters: readonly (readonly [Lead, string, string | null])[] = [
    ['session', 'session_id', wanted.sessionId],
    ['table', 'table_id', wanted.tableId],
    ['camera', 'camera_id', wanted.cameraId],
  ];
  for (const [name, column, value] of filters) {
    if (value === null) continue;
    conditions.push(`${name === lead ? '' : '+'}s.${column} = ?`);
    parameters.push(value);
  }
  if (lead === 'time') conditions.push('s.camera_id IN (SELECT camera_id FROM seen)');
  const time = recordedWithin(wanted, form);
  return { conditions: [...conditions, ...time.conditions], parameters: [...parameters, ...time.parameters] };
}

/** What is recorded nowhere is reckoned from the session's start. */
function joinSession(form: TimeForm): string {
  return form === 'null' || form === 'empty' ? 'LEFT JOIN sessions p ON p.session_id = s.session_id' : '';
}

/**
 * SQL that lets through every row of the range and few others: SQLite knows no zone and not every way of writing an
 * offset, so the reader compares once more, exactly.
 */
function recordedWithin(
  { fromMs, beforeMs, timeZone }: Wanted,
  form: TimeForm,
): { readonly conditions: string[]; readonly parameters: unknown[] } {
  if (form === 'any') return { conditions: [], parameters: [] };
  const from = Math.floor((fromMs ?? 0) / 1000);
  const before = Math.ceil((beforeMs ?? Date.UTC(9999, 11, 31)) / 1000);
  if (form !== 'written') {
    const reckoned = `unixepoch(COALESCE(p.start_time, s.created_at)) + COALESCE(s.timestamp_video, 0)`;
    return {
      conditions: [
        form === 'null' ? 's.timestamp_recorded IS NULL' : `s.timestamp_recorded = ''`,
        `COALESCE(${reckoned} BETWEEN ? AND ?, TRUE)`,
      ],
      parameters: [from - 15 * hourS, before + 15 * hourS],
    };
  }
  // A text without an offset is the store's wall clock; near a change of the clock it may be an hour or two off.
  const wall = `(substr(s.timestamp_recorded, 11) NOT GLOB '*[-+Z]*')`;
  const instant = `unixepoch(s.timestamp_recorded) - ${wall} * ?`;
  return {
    conditions: [
      's.timestamp_recorded >= ? AND s.timestamp_recorded < ?',
      `COALESCE(${instant} BETWEEN ? - ${wall} * ${2 * hourS} AND ? + ${wall} * ${2 * hourS}, TRUE)`,
    ],
    parameters: [dayText(fromMs, -1), dayText(beforeMs, 1), offsetSeconds(from, timeZone), from, before],
  };
}

/** A day that is surely before (or after) every text of the instant. */
function dayText(epochMs: number | null, direction: -1 | 1): string {
  if (epochMs === null) return direction < 0 ? '0' : ':';
  return new Date(epochMs + direction * widestOffsetMs).toISOString().slice(0, 10);
}

function offsetSeconds(epochSeconds: number, timeZone: string): number {
  const local = storeTime(timeZone).fromEpochMs(epochSeconds * 1000);
  return local === null ? 0 : Date.parse(`${local.slice(0, 19).replace(' ', 'T')}Z`) / 1000 - epochSeconds;
}
