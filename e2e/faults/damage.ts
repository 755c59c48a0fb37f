import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, copyFileSync, existsSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SeededRandom } from '../support/seeded-random.ts';

/** more than a run of the harness ever has in a table */
const mostRows = 1500;
const pageBytes = 4096;

/**
 * Overwrites pages of the state tables and of their indexes with noise while no process has the file. What the sqlite3
 * shell can still read, row by row, is what the product must bring back.
 * @returns the keys (`session/frame/table`) that are still readable, null where nothing could be damaged
 */
export async function damage(
  file: string,
  pages: number,
  random: SeededRandom,
): Promise<ReadonlySet<string> | null> {
  if (!existsSync(file)) return null;
  const places = await placesOf(file);
  const [first, ...rest] = places;
  if (first === undefined) return null;
  const descriptor = openSync(file, 'r+');
  try {
    for (let count = 0; count < pages; count += 1) {
      const page = random.pick([first, ...rest]);
      writeSync(descriptor, random.bytes(pageBytes), 0, pageBytes, (page - 1) * pageBytes);
    }
  } finally {
    closeSync(descriptor);
  }
  return await recoverable(file);
}

/** Leaf pages of the state tables and all pages of their indexes, as far as they lie in the file itself. */
async function placesOf(file: string): Promise<number[]> {
  const sql = `SELECT pageno FROM dbstat WHERE pageno * ${pageBytes} <= ${statSync(file).size}
    AND ((name IN ('division_states', 'table_states') AND pagetype = 'leaf')
      OR name IN (SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name LIKE '%\\_states' ESCAPE '\\'))`;
  return await onCopy(file, async (copy) => (await shell(copy, sql)).map(Number));
}

/** Row by row, past those that cannot be read: the shell's `.recover` is left out of some distributions' builds. */
async function recoverable(file: string): Promise<ReadonlySet<string>> {
  const read = (table: string, key: string, id: number): string =>
    `SELECT session_id || '/' || frame_number || '/' || ${key} FROM ${table} NOT INDEXED WHERE rowid = ${id};`;
  const ids = Array.from({ length: mostRows }, (_, index) => index + 1);
  const script = ids
    .flatMap((id) => [read('division_states', "''", id), read('table_states', 'table_id', id)])
    .join('\n');
  return await onCopy(file, async (copy) => new Set(await shell(copy, script)));
}

/** The journal comes along; the file itself stays as it is, also its -shm. */
async function onCopy<T>(file: string, work: (copy: string) => Promise<T>): Promise<T> {
  // Beside the data directory, whose disk may be full.
  const copy = join(dirname(dirname(file)), 'copy.db');
  copyFileSync(file, copy);
  if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, `${copy}-wal`);
  try {
    return await work(copy);
  } finally {
    for (const name of [copy, `${copy}-wal`, `${copy}-shm`]) rmSync(name, { force: true });
  }
}

/** What the statements answer; those that fail answer nothing. */
async function shell(file: string, script: string): Promise<string[]> {
  const child = spawn('sqlite3', [file], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.end(script);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  await once(child, 'close');
  return text.split('\n').filter((line) => line !== '');
}

/** The key of a row in the spelling of `makeRecording`. */
export function keyOf(row: string): string {
  const fields = JSON.parse(row) as readonly unknown[];
  const table = fields[0] === 'table' ? String(fields.at(-1)) : '';
  return `${fields[2]}/${fields[4]}/${table}`;
}
