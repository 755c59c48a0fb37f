import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';
import { databaseFileName, openStorage } from '../../src-main/engine/storage/service.ts';
import { type SeededRandom, seededRandom } from '../support/seeded-random.ts';
import { createDisk, type Disk } from './power-loss-disk.ts';
import type { AckEvent, DiskEvent } from './power-loss-events.ts';
import { locationId, type SentState } from './power-loss-recording.ts';

export interface CutOptions {
  readonly events: readonly DiskEvent[];
  readonly acks: readonly AckEvent[];
  readonly sent: readonly SentState[];
  /** an empty folder, where each cut's files are put for a moment */
  readonly folder: string;
  readonly cuts: number;
  readonly seed: number;
}

/** Cuts the power at many moments of one trace; @returns what was lost, doubled or damaged, in words */
export async function cutPower(options: CutOptions): Promise<string[]> {
  const { cuts, seed, folder } = options;
  const disk = createDisk();
  const steps = stepsOf(options.events, disk);
  const faults: string[] = [];
  let step = 0;
  for (const [index, moment] of momentsOf(options, seededRandom(seed)).entries()) {
    for (let next = steps[step]; next !== undefined && next.at <= moment; next = steps[step]) {
      next.run();
      step += 1;
    }
    const place = join(folder, String(index));
    mkdirSync(place, { mode: 0o700 });
    writeFiles(place, disk.cut(seededRandom(seed + 1 + index)), seededRandom(seed - 1 - index));
    const acked = new Set(options.acks.filter(({ begin }) => begin <= moment).map(({ seq }) => seq));
    const found = await reopen(place, acked, options.sent, index % productEvery === 0);
    faults.push(...found.map((fault) => `cut ${index} of ${cuts}, trace line ${moment + 1}: ${fault}`));
    rmSync(place, { recursive: true });
  }
  return faults;
}

/** The product opens so many, SQLite by itself all others: each finds its cut as no one has mended it yet. */
const productEvery = 5;

/** In the order of time; what returns at a line of the trace has not returned while the power fails there. */
export function stepsOf(
  events: readonly DiskEvent[],
  disk: Disk,
): { readonly at: number; readonly run: () => void }[] {
  return events
    .flatMap((event) => [
      { at: event.begin, run: () => disk.begin(event) },
      { at: event.end + 0.5, run: () => disk.end(event) },
    ])
    .sort((one, other) => one.at - other.at);
}

/** Half of the cuts come as an ack leaves or a sync is under way, where a wrong order would show. */
function momentsOf({ events, acks, cuts }: CutOptions, random: SeededRandom): number[] {
  const any = events.map(({ begin }) => begin);
  const sharp = [...acks, ...events.filter(({ kind }) => kind === 'sync')].map(({ begin }) => begin);
  return Array.from({ length: cuts }, () => {
    const from = random.chance(0.5) ? sharp : any;
    return from[random.whole(0, from.length - 1)] ?? 0;
  }).sort((one, other) => one - other);
}

/** The files of a cut, and now and then a -shm with nonsense, which a file system may well bring back. */
function writeFiles(place: string, files: ReadonlyMap<string, Buffer>, random: SeededRandom): void {
  for (const [path, bytes] of files) writeFileSync(join(place, basename(path)), bytes);
  if (random.chance(0.75)) return;
  const nonsense = random.bytes(32_768);
  writeFileSync(join(place, `${databaseFileName}-shm`), nonsense);
}

async function reopen(
  place: string,
  acked: ReadonlySet<number>,
  sent: readonly SentState[],
  byProduct: boolean,
): Promise<string[]> {
  try {
    if (!byProduct) {
      const db = new Database(join(place, databaseFileName));
      db.pragma('synchronous = OFF'); // for the test's own speed: recovery reads, it does not sync
      const faults = look(db, acked, sent);
      db.close();
      return faults;
    }
    const storage = await openStorage(place, { locationId: null, timeZone: null, now: () => new Date() });
    const faults = look(storage.reader, acked, sent);
    await storage.transaction((db) => db.exec('CREATE TABLE after_the_cut (written)'));
    await storage.close();
    return faults;
  } catch (error) {
    return [`${byProduct ? 'the product' : 'SQLite'} cannot go on with the file: ${String(error)}`];
  }
}

interface Row {
  readonly path: string;
  readonly frame: number;
  readonly state: string;
  readonly tableId: string | null;
}

function look(db: Database.Database, acked: ReadonlySet<number>, sent: readonly SentState[]): string[] {
  const damage = db.pragma('integrity_check', { simple: true });
  const faults = damage === 'ok' ? [] : [`integrity_check: ${String(damage)}`];
  const made =
    db.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'table_states'").pluck().get() === 1;
  if (!made) return acked.size === 0 ? faults : [...faults, 'the tables are gone'];
  const rows = db
    .prepare<[], Row>(
      `SELECT screenshot_path AS path, frame_number AS frame, state, NULL AS tableId FROM division_states
       UNION ALL SELECT screenshot_path, frame_number, state, table_id FROM table_states`,
    )
    .all();
  const held = new Map<string, number>();
  for (const row of rows) held.set(JSON.stringify(row), (held.get(JSON.stringify(row)) ?? 0) + 1);
  for (const { seq, frame, state, table } of sent) {
    const row: Row = { path: `/shots/mark-${seq}.jpg`, frame, state, tableId: table };
    const times = held.get(JSON.stringify(row)) ?? 0;
    held.delete(JSON.stringify(row));
    if (times > 1 || (times === 0 && acked.has(seq))) faults.push(`line ${seq} is there ${times} times`);
  }
  if (held.size > 0) faults.push(`rows that nobody sent: ${[...held.keys()].slice(0, 3).join(' ')}`);
  return [...faults, ...missingParents(db, acked)];
}

function missingParents(db: Database.Database, acked: ReadonlySet<number>): string[] {
  return ['locations', 'cameras', 'sessions'].filter((table, seq) => {
    const found = db.prepare(`SELECT count(*) FROM ${table} WHERE location_id = ?`).pluck().get(locationId);
    return acked.has(seq) && found !== 1;
  });
}
