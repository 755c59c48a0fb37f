import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { DatabaseFacts } from './database-look.ts';

type Row = Readonly<Record<string, unknown>>;

/**
 * Reads what the checks want to know. An older file lacks tables and columns, so each question may go unanswered;
 * damage and a locked file are thrown.
 */
export function readFacts(db: DatabaseSync): DatabaseFacts {
  return {
    applicationId: Number(pragma(db, 'application_id')),
    userVersion: Number(pragma(db, 'user_version')),
    settings: Object.fromEntries(
      (ask(db, 'SELECT name, value FROM backhaul_settings') ?? []).map((row) => [
        text(row.name),
        text(row.value),
      ]),
    ),
    locations: locationsOf(db),
    timeZones: mapped(
      ask(db, `SELECT location_id, timezone FROM locations WHERE timezone IS NOT NULL AND timezone <> ''`),
      (row) => ({ locationId: text(row.location_id), timeZone: text(row.timezone) }),
    ),
    quarantined: mapped(
      ask(
        db,
        `SELECT stream, code, count(*) AS n FROM sync_quarantine WHERE resolution = 'open' GROUP BY stream, code`,
      ),
      (row) => ({ stream: text(row.stream), code: text(row.code), records: Number(row.n) }),
    ),
    refusedLately: mapped(
      ask(
        db,
        `SELECT code, count(*) AS n FROM rejected_lines WHERE created_at >= datetime('now', '-1 day') GROUP BY code`,
      ),
      (row) => ({ code: text(row.code), lines: Number(row.n) }),
    ),
    lastRun: lastRunOf(db),
    missingTables: tablesOfRecords(db).filter((table) => ask(db, `SELECT 1 FROM ${table} LIMIT 1`) === null),
    otherSyncAt: first(
      ask(
        db,
        `SELECT last_sync_time AS value FROM sync_status WHERE run_key IS NULL
           AND sync_id > (SELECT min(sync_id) FROM sync_status WHERE run_key IS NOT NULL) ORDER BY sync_id DESC LIMIT 1`,
      ),
    ),
    newestRow: newestRow(db),
  };
}

/** What a file of its version has; those of the inventory came with the fourth. */
function tablesOfRecords(db: DatabaseSync): string[] {
  const states = ['division_states', 'table_states', 'sessions', 'cameras', 'locations'];
  const inventory = ['inventory_snapshots', 'product_freshness', 'sales_log', 'alerts_log'];
  return Number(pragma(db, 'user_version')) < 4 ? states : [...states, ...inventory];
}

function lastRunOf(db: DatabaseSync): DatabaseFacts['lastRun'] {
  const row = ask(
    db,
    `SELECT status, fault_code, error_message FROM sync_status WHERE run_key IS NOT NULL AND status <> 'running'
     ORDER BY sync_id DESC LIMIT 1`,
  )?.[0];
  return row === undefined
    ? null
    : { status: text(row.status), faultCode: text(row.fault_code), error: text(row.error_message) };
}

function locationsOf(db: DatabaseSync): DatabaseFacts['locations'] {
  const found = new Map<string, { rows: number; unsent: number }>();
  let asked = false;
  for (const table of ['division_states', 'table_states']) {
    const names = ask(db, distinctLocations(table));
    asked ||= names !== null;
    for (const { id } of names ?? []) {
      const before = found.get(text(id)) ?? { rows: 0, unsent: 0 };
      const where = `FROM ${table} WHERE location_id = ?`;
      const rows = count(db, `SELECT count(*) AS n ${where}`, id);
      const unsynced = '(synced_to_cloud = 0 OR synced_to_cloud IS NULL)';
      const unsent = count(db, `SELECT count(*) AS n ${where} AND ${unsynced}`, id);
      found.set(text(id), { rows: before.rows + rows, unsent: before.unsent + unsent });
    }
  }
  return asked ? [...found].map(([locationId, counts]) => ({ locationId, ...counts })) : null;
}

/** Jumps from one to the next in the index, where DISTINCT would read every row. */
function distinctLocations(table: string): string {
  return `WITH RECURSIVE found (id) AS (
      SELECT min(location_id) FROM ${table} WHERE location_id > ''
      UNION ALL
      SELECT (SELECT min(location_id) FROM ${table} WHERE location_id > found.id) FROM found WHERE found.id IS NOT NULL
    ) SELECT id FROM found WHERE id IS NOT NULL LIMIT 50`;
}

function count(db: DatabaseSync, sql: string, id: unknown): number {
  return Number(ask(db, sql, [text(id)])?.[0]?.n ?? 0);
}

function newestRow(db: DatabaseSync): string | null {
  const times = ['division_states', 'table_states'].map((table) =>
    first(ask(db, `SELECT created_at AS value FROM ${table} ORDER BY rowid DESC LIMIT 1`)),
  );
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : (known.sort().at(-1) ?? '');
}

/** Null where the file has no such table or column. */
function ask(db: DatabaseSync, sql: string, values: readonly SQLInputValue[] = []): readonly Row[] | null {
  try {
    return db.prepare(sql).all(...values) as Row[];
  } catch (error) {
    if (error instanceof Error && /no such (table|column)/.test(error.message)) return null;
    throw error;
  }
}

function pragma(db: DatabaseSync, name: string): unknown {
  return Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];
}

function mapped<T>(rows: readonly Row[] | null, map: (row: Row) => T): T[] | null {
  return rows === null ? null : rows.map(map);
}

function first(rows: readonly Row[] | null): string | null {
  return rows === null ? null : text(rows[0]?.value);
}

function text(value: unknown): string {
  return value === null || value === undefined ? '' : String(value);
}
