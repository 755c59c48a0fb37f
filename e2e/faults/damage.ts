import { execFile } from 'node:child_process';
import { closeSync, copyFileSync, existsSync, openSync, rmSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import type { SeededRandom } from './seeded-random.ts';

const run = promisify(execFile);
const bufferBytes = 256 * 1024 * 1024;
const pageBytes = 4096;

/**
 * Overwrites pages of the state tables and of their indexes with noise while no process has the file. What the sqlite3
 * shell still recovers of it is what the product must bring back.
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
      const noise = Buffer.from(Array.from({ length: pageBytes }, () => random.whole(0, 255)));
      writeSync(descriptor, noise, 0, pageBytes, (page - 1) * pageBytes);
    }
  } finally {
    closeSync(descriptor);
  }
  return await recoverable(file);
}

/** Leaf pages of the state tables and all pages of their indexes, as far as they lie in the file itself. */
async function placesOf(file: string): Promise<number[]> {
  const sql = `SELECT pageno FROM dbstat WHERE pageno * ${pageBytes} <= (SELECT max(pgoffset) + ${pageBytes} FROM dbstat)
    AND ((name IN ('division_states', 'table_states') AND pagetype = 'leaf')
      OR name IN (SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name LIKE '%\\_states' ESCAPE '\\'))`;
  return await onCopy(file, async (copy) => (await shell(copy, sql)).map(Number));
}

async function recoverable(file: string): Promise<ReadonlySet<string>> {
  return await onCopy(file, async (copy) => {
    // It ends with a fault where it met damage, after having written what it could read.
    const { stdout } = await run('sqlite3', [copy, '.recover'], { maxBuffer: bufferBytes }).catch(
      (error: { stdout: string }) => error,
    );
    const fresh = `${copy}.recovered`;
    const into = execFile('sqlite3', [fresh]);
    into.stdin?.end(stdout);
    await new Promise((resolve) => into.once('close', resolve));
    const keys = await shell(
      fresh,
      `SELECT session_id || '/' || frame_number || '/' FROM division_states
       UNION ALL SELECT session_id || '/' || frame_number || '/' || table_id FROM table_states`,
    );
    rmSync(fresh, { force: true });
    return new Set(keys);
  });
}

/** The journal comes along; the file itself stays as it is, also its -shm. */
async function onCopy<T>(file: string, work: (copy: string) => Promise<T>): Promise<T> {
  const copy = `${file}-copy`;
  copyFileSync(file, copy);
  if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, `${copy}-wal`);
  try {
    return await work(copy);
  } finally {
    for (const name of [copy, `${copy}-wal`, `${copy}-shm`]) rmSync(name, { force: true });
  }
}

async function shell(file: string, sql: string): Promise<string[]> {
  const { stdout } = await run('sqlite3', [file, sql], { maxBuffer: bufferBytes }).catch(() => ({
    stdout: '',
  }));
  return stdout.split('\n').filter((line) => line !== '');
}

/** The key of a row in the spelling of `makeRecording`. */
export function keyOf(row: string): string {
  const fields = JSON.parse(row) as readonly unknown[];
  const table = fields[0] === 'table' ? String(fields.at(-1)) : '';
  return `${fields[2]}/${fields[4]}/${table}`;
}
