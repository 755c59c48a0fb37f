import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';

/**
 * Answers long read-only queries beside the engine's own thread: {id, sql, parameters} → {id, rows} or
 * {id, error}.
 */
const db = new Database((workerData as { path: string }).path, { readonly: true, timeout: 2000 });

parentPort?.on('message', ({ id, sql, parameters }: { id: number; sql: string; parameters: unknown[] }) => {
  try {
    parentPort?.postMessage({ id, rows: db.prepare<unknown[]>(sql).all(...parameters) });
  } catch (error) {
    parentPort?.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
});
