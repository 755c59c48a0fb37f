import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';

/** Rebuilds a database file once so that its free pages can be given back bit by bit from then on; answers null or why not. */
function vacuum(path: string): string | null {
  const db = new Database(path, { timeout: 10_000 });
  try {
    db.pragma('synchronous = FULL');
    db.pragma('auto_vacuum = INCREMENTAL');
    db.exec('VACUUM');
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    db.close();
  }
}

parentPort?.postMessage(vacuum((workerData as { path: string }).path));
