import Database, { type Database as Connection } from 'better-sqlite3';

/** A connection that only reads: what it reads again the system's own cache has too, so 4 MB of its own are enough. */
export function openForReading(path: string, timeout: number): Connection {
  const db = new Database(path, { readonly: true, timeout });
  try {
    db.pragma('cache_size = -4000');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
