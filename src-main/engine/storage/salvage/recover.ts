import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Database as Connection } from 'better-sqlite3';
import { openDatabase } from '../open-database.ts';
import { writeSetting } from '../settings.ts';
import { sqliteCode, writeTransaction } from '../write-transaction.ts';
import { type FoundRow, findRows, type Losses } from './find-rows.ts';
import { type FoundSchema, readSchema } from './found-schema.ts';
import { makeFileLike, makeTriggers, reserveIds } from './new-file.ts';
import { openPageFile, type PageFile } from './page-file.ts';
import { type Restoring, restoreRow } from './restore-row.ts';
import { changeSetAside } from './salvage-record.ts';
import { stateOfFile } from './set-aside.ts';

/** SPEC 3: a write transaction holds at most so much. */
const rowsPerTransaction = 2000;
const longestHoldMs = 35;

/**
 * What capture needs before it goes on: whose box this is, its sessions, where each one's zones and the stock stand, and
 * which readings are known.
 */
const first = [
  ...['backhaul_settings', 'locations', 'cameras', 'camera_rois', 'videos', 'sessions'],
  ...['zone_states', 'frame_cursors', 'inventory_tracker', 'inventory_readings'],
];
const marks = ['sync_marks', 'verified_tallies', 'id_map'];
const records = [
  ...['division_states', 'table_states'],
  ...['inventory_tracker', 'inventory_snapshots', 'product_freshness', 'sales_log', 'alerts_log'],
];

export interface Recovery {
  /** the database that goes on */
  readonly path: string;
  /** the damaged one, as it is named now */
  readonly damaged: string;
  /** its name in the data directory, its instant (ISO) and why it was set aside */
  readonly file: string;
  readonly at: string;
  readonly reason: string;
  /** capture can go on: the new file is made and has what it needs */
  readonly ready: () => void;
}

/**
 * Brings everything that can be read of a damaged file into the one that goes on. It may be ended at any point and
 * begun again: what is there already is not brought a second time, and what was brought is counted with it.
 */
export async function recover(recovery: Recovery): Promise<void> {
  const file = openPageFile(recovery.damaged);
  const readAs = stateOfFile(recovery.damaged);
  try {
    const schema = readSchema(file);
    await makeFileLike(recovery.path, schema);
    const { db } = await openDatabase(recovery.path, () => new Date());
    try {
      // A letter that damage changed may break a rule of an older file's table; the cloud, or a person, judges the record.
      db.pragma('ignore_check_constraints = ON');
      await bringAll(recovery, file, schema, db, readAs);
    } finally {
      db.close();
    }
  } finally {
    file.close();
  }
}

async function bringAll(
  recovery: Recovery,
  file: PageFile,
  schema: FoundSchema,
  db: Connection,
  readAs: string,
): Promise<void> {
  const { file: name, at, reason } = recovery;
  const used = usedIds(file, schema);
  const hasSequence = schema.tables.some((table) => table.name === 'sqlite_sequence' && table.root !== null);
  await writeTransaction(db, () => {
    reserveIds(db, used, hasSequence && used.size > 0);
    changeSetAside(db, name, (before) => ({ ...before, state: 'running', error: null }), { at, reason });
  });
  const losses: Losses = { damagedPages: 0, brokenRows: 0 };
  const into = { db, file: name, losses };
  const settings = await bring(into, findRows(file, schema, first.slice(0, 1), losses), true);
  const ofSettings = schema.tables.find((table) => table.name === first[0]);
  const marksAreKnown = settings.certain && losses.damagedPages === 0 && ofSettings?.root !== null;
  await bring(into, findRows(file, schema, first.slice(1), losses), marksAreKnown);
  recovery.ready();
  const rest = schema.tables
    .map((table) => table.name)
    .filter((one) => ![...first, ...marks, ...records, 'sqlite_sequence'].includes(one));
  for (const group of [marks, records, rest])
    await bring(into, findRows(file, schema, group, losses), marksAreKnown);
  await writeTransaction(db, () => {
    makeTriggers(db, schema);
    // A comparison under way has not seen all that came back with its mark.
    writeSetting(db, 'whole_comparison_owed', randomUUID());
    // Who took note of it before it was read could not know of these.
    const isNews = losses.damagedPages + losses.brokenRows > 0;
    changeSetAside(db, name, (before) => ({
      ...{ ...before, ...losses, state: 'done', readAs },
      acknowledgedAt: isNews && before.readAs === null ? null : before.acknowledgedAt,
    }));
  });
}

interface Into {
  readonly db: Connection;
  /** the damaged file's name in the data directory */
  readonly file: string;
  readonly losses: Losses;
}

/** Brings rows in transactions of bounded size and time; other writers get their turn in between. */
async function bring(
  { db, file, losses }: Into,
  rows: Generator<FoundRow>,
  marksAreKnown: boolean,
): Promise<{ readonly certain: boolean }> {
  let next = rows.next();
  let certain = true;
  while (next.done !== true) {
    let tookMs = 0;
    const began: FoundRow[] = [];
    await writeTransaction(db, () => {
      const from = performance.now();
      const brought = new Map<string, number>();
      // A transaction that is rolled back has taken rows that must come again.
      const again = began.splice(0);
      const take = (row: FoundRow): void => {
        began.push(row);
        certain &&= row.certain;
        const outcome = tryRow({ db, marksAreKnown }, row);
        if (outcome === 'refused') losses.brokenRows += 1;
        if (outcome === 'brought') brought.set(row.table.name, (brought.get(row.table.name) ?? 0) + 1);
      };
      for (const row of again) take(row);
      while (
        next.done !== true &&
        began.length < rowsPerTransaction &&
        performance.now() - from < longestHoldMs
      ) {
        take(next.value);
        next = rows.next();
      }
      changeSetAside(db, file, (before) => ({ ...before, recovered: addUp(before.recovered, brought) }));
      tookMs = performance.now() - from;
    });
    await delay(Math.min(50, tookMs / 2));
  }
  return { certain };
}

/** One row that the new file's tables refuse, whatever their rules, must not keep the others back. */
function tryRow(restoring: Restoring, row: FoundRow): 'brought' | 'there' | 'refused' {
  try {
    return restoreRow(restoring, row) ? 'brought' : 'there';
  } catch (error) {
    if (/^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG|ERROR)/.test(sqliteCode(error) ?? '')) return 'refused';
    throw error;
  }
}

function addUp(
  before: Readonly<Record<string, number>>,
  brought: ReadonlyMap<string, number>,
): Record<string, number> {
  const sum = { ...before };
  for (const [table, rows] of brought) sum[table] = (sum[table] ?? 0) + rows;
  return sum;
}

/** The last id that each table has given away. */
function usedIds(file: PageFile, schema: FoundSchema): Map<string, number> {
  const used = new Map<string, number>();
  const losses: Losses = { damagedPages: 0, brokenRows: 0 };
  for (const { values } of findRows(file, schema, ['sqlite_sequence'], losses)) {
    const [name, last] = values;
    if (typeof name === 'string' && typeof last === 'number') used.set(name, last);
  }
  return used;
}
