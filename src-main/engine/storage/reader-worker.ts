import { parentPort, workerData } from 'node:worker_threads';
import type { Database as Connection } from 'better-sqlite3';
import { withPlainNames } from './plain-names.ts';
import { openForReading } from './reading-connection.ts';

/**
 * Answers long read-only queries beside the engine's own thread: {id, sql, parameters} → {id, rows} or
 * {id, error, code}; rows are null where the file cannot be opened.
 */
const { path } = workerData as { path: string };
let db: Connection | null = null;

parentPort?.on('message', ({ id, sql, parameters }: { id: number; sql: string; parameters: unknown[] }) => {
  try {
    const open = opened();
    parentPort?.postMessage({
      id,
      rows: open === null ? null : withPlainNames(open.prepare<unknown[]>(sql)).all(...parameters),
    });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    parentPort?.postMessage({ id, error: error instanceof Error ? error.message : String(error), code });
  }
});

/** Opening touches no file of the journal; the first question does. */
function opened(): Connection | null {
  if (db !== null) return db;
  let made: Connection | null = null;
  try {
    made = openForReading(path, 2000);
    made.pragma('data_version');
    made.prepare('SELECT 1 FROM sqlite_schema').get();
    db = made;
  } catch {
    made?.close();
  }
  return db;
}
