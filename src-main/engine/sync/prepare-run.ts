import {
  ensureCamera,
  ensureLocation,
  ensureParents,
  notQuarantined,
  oddFlag,
  prepared,
  quarantine,
  type Storage,
  unsynced,
  utcText,
} from '../storage/service.ts';
import { noteOtherSync } from './other-sync.ts';
import { sentenceOf } from './refusal-reasons.ts';
import { asideRecord, recordKey } from './state-reading.ts';
import type { StateTable } from './state-table.ts';

const rowsPerTransaction = 1000;

export interface PreparedRun {
  readonly setAside: ReadonlyMap<string, number>;
  readonly upTo: ReadonlyMap<string, string>;
}

/**
 * Before anything is planned: rows of another location are set aside (SPEC 3), and rows that other writers
 * left without parents get stubs (SPEC 4.1), the location itself where rows that name none (`placeless`) are all there is.
 * @returns how many rows of each stream were set aside now, and up to which local id the run plans
 */
export async function prepareRun(
  storage: Storage,
  tables: readonly StateTable[],
  placeless: readonly { readonly name: string }[],
  locationId: string,
  now: () => Date,
): Promise<PreparedRun> {
  const setAside = new Map<string, number>();
  for (const table of tables) {
    await normaliseFlags(storage, table);
    await closeGoneEntries(storage, table, now);
    const foreign = await setForeignAside(storage, table, locationId, now);
    setAside.set(table.name, foreign + (await setOrphansAside(storage, table, locationId, now)));
    await makeStubs(storage, table, locationId);
  }
  await makeCameraStubs(storage, locationId);
  await makeLocationStub(storage, placeless, locationId);
  return { setAside, upTo: await noteOtherSync(storage, tables, now) };
}

/** A flag that is neither 1, 0, NULL nor -1 says nothing, so the row goes again: sending twice leaves one. */
async function normaliseFlags(storage: Storage, table: StateTable): Promise<void> {
  const sql = `UPDATE ${table.name} SET synced_to_cloud = 0
    WHERE rowid IN (SELECT rowid FROM ${table.name} WHERE ${oddFlag} LIMIT ${rowsPerTransaction})`;
  while (
    prepared(storage.reader, `SELECT 1 FROM ${table.name} WHERE ${oddFlag} LIMIT 1`).get() !== undefined
  ) {
    await storage.transaction((db) => prepared(db, sql).run());
  }
}

/**
 * An entry whose row another program has deleted needs no decision. Without AUTOINCREMENT a new row may have got its
 * id: it is told from the old one by its key, and is not in quarantine.
 */
async function closeGoneEntries(storage: Storage, table: StateTable, now: () => Date): Promise<void> {
  const gone = prepared(
    storage.reader,
    `SELECT s.*, q.id AS entry_id, q.record_key AS entry_key, CAST(s.rowid AS TEXT) AS row_id FROM sync_quarantine q
     LEFT JOIN ${table.name} s ON s.rowid = q.local_id
     WHERE q.stream = ? AND q.resolution = 'open' AND (s.rowid IS NULL OR ?)`,
  ).all(table.name, Number(!reusesNoIds(storage, table))) as Record<string, unknown>[];
  const ids = gone
    .filter((row) => row.row_id === null || recordKey(table, row) !== row.entry_key)
    .map((row) => row.entry_id);
  if (ids.length === 0) return;
  await storage.transaction((db) => {
    const close = prepared(
      db,
      `UPDATE sync_quarantine SET resolution = 'discarded', resolved_at = ?,
         message = COALESCE(message, '') || ' (Its row was deleted by another program.)' WHERE id = ?`,
    );
    for (const id of ids) close.run(utcText(now()), id);
  });
}

function reusesNoIds(storage: Storage, table: StateTable): boolean {
  const sql = `SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?`;
  const row = prepared(storage.reader, sql).get(table.name) as { sql: string } | undefined;
  return /\bAUTOINCREMENT\b/i.test(row?.sql ?? '');
}

/**
 * Rows of this box whose session or camera is written down as another location's: which is right only a person knows.
 * Where the parent names no location at all it is completed with the box's.
 */
async function setOrphansAside(
  storage: Storage,
  table: StateTable,
  locationId: string,
  now: () => Date,
): Promise<number> {
  const nameless = `SELECT 1 FROM sessions WHERE COALESCE(location_id, '') = ''
    UNION ALL SELECT 1 FROM cameras WHERE COALESCE(location_id, '') = '' LIMIT 1`;
  if (prepared(storage.reader, nameless).get() !== undefined) {
    await storage.transaction((db) => {
      for (const parent of ['sessions', 'cameras'])
        prepared(db, `UPDATE ${parent} SET location_id = ? WHERE COALESCE(location_id, '') = ''`).run(
          locationId,
        );
    });
  }
  const elsewhere = `EXISTS (SELECT 1 FROM sessions p LEFT JOIN cameras c ON c.camera_id = p.camera_id
    WHERE p.session_id = s.session_id AND (p.location_id <> ? OR c.location_id <> ?))`;
  const suspicious = prepared(
    storage.reader,
    'SELECT 1 FROM sessions WHERE location_id <> ? UNION ALL SELECT 1 FROM cameras WHERE location_id <> ? LIMIT 1',
  ).get(locationId, locationId);
  if (suspicious === undefined) return 0;
  return setAsideWhere(
    storage,
    table,
    `s.location_id = ? AND ${elsewhere}`,
    [locationId, locationId, locationId],
    now,
    {
      code: 'wrong_location',
      message: () => sentenceOf('parent_elsewhere', { own: locationId }),
    },
  );
}

function setForeignAside(
  storage: Storage,
  table: StateTable,
  locationId: string,
  now: () => Date,
): Promise<number> {
  return setAsideWhere(storage, table, 's.location_id IS NOT ?', [locationId], now, {
    code: 'wrong_location',
    message: (row) =>
      sentenceOf('other_location', { location: String(row.location_id ?? ''), own: locationId }),
  });
}

interface Reason {
  readonly code: string;
  message(row: Readonly<Record<string, unknown>>): string;
}

/** Sets pending rows aside that a condition on `s` names; says how many. */
async function setAsideWhere(
  storage: Storage,
  table: StateTable,
  condition: string,
  parameters: readonly unknown[],
  now: () => Date,
  reason: Reason,
): Promise<number> {
  const sql = `SELECT s.*, CAST(s.rowid AS TEXT) AS id FROM ${table.name} s
    WHERE ${unsynced} AND ${condition} AND ${notQuarantined(table.name, 's')} LIMIT ?`;
  let total = 0;
  for (;;) {
    const rows = await storage.background.all<Record<string, unknown>>(sql, [
      ...parameters,
      rowsPerTransaction,
    ]);
    if (rows.length === 0) return total;
    await storage.transaction((db) => {
      for (const row of rows) {
        const record = { ...asideRecord(table, row), code: reason.code, message: reason.message(row) };
        quarantine(db, record, utcText(now()));
      }
    });
    total += rows.length;
  }
}

async function makeStubs(storage: Storage, table: StateTable, locationId: string): Promise<void> {
  const orphans = await storage.background.all<{ session_id: string; camera_id: string }>(
    `SELECT session_id, min(camera_id) AS camera_id FROM ${table.name} s WHERE ${unsynced} AND s.location_id = ?
       AND typeof(s.session_id) = 'text' AND s.session_id <> '' AND typeof(s.camera_id) = 'text' AND s.camera_id <> ''
       AND NOT EXISTS (SELECT 1 FROM sessions p WHERE p.session_id = s.session_id) GROUP BY session_id`,
    [locationId],
  );
  for (let from = 0; from < orphans.length; from += rowsPerTransaction) {
    await storage.transaction((db) => {
      for (const { session_id, camera_id } of orphans.slice(from, from + rowsPerTransaction)) {
        ensureParents(db, { sessionId: session_id, cameraId: camera_id, locationId });
      }
    });
  }
}

/** A session of another writer may name a camera that nobody described, and so may the box its location. */
async function makeCameraStubs(storage: Storage, locationId: string): Promise<void> {
  const sql = `SELECT DISTINCT camera_id FROM sessions s WHERE location_id = ? AND camera_id <> ''
      AND NOT EXISTS (SELECT 1 FROM cameras c WHERE c.camera_id = s.camera_id)
    UNION SELECT camera_id FROM cameras c WHERE location_id = ? AND camera_id <> ''
      AND NOT EXISTS (SELECT 1 FROM locations l WHERE l.location_id = c.location_id)`;
  const rows = prepared(storage.reader, sql).all(locationId, locationId) as { camera_id: string }[];
  if (rows.length === 0) return;
  await storage.transaction((db) => {
    for (const { camera_id } of rows) ensureCamera(db, camera_id, locationId);
  });
}

async function makeLocationStub(
  storage: Storage,
  tables: readonly { readonly name: string }[],
  locationId: string,
): Promise<void> {
  const isThere = prepared(storage.reader, 'SELECT 1 FROM locations WHERE location_id = ?');
  if (isThere.get(locationId) !== undefined) return;
  const hasRows = ({ name }: { readonly name: string }): boolean =>
    prepared(storage.reader, `SELECT 1 FROM ${name} LIMIT 1`).get() !== undefined;
  if (tables.some(hasRows)) await storage.transaction((db) => ensureLocation(db, locationId));
}
