import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { readFileHeader } from '../storage/service.ts';
import type { DatabaseLook } from './database-look.ts';
import { openForLooking, sqliteName } from './open-for-looking.ts';
import { readFacts } from './read-facts.ts';

/** Prints what a database says of itself, as one JSON object: `database-probe.ts FILE`. */
function look(path: string): DatabaseLook {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats?.isFile() || stats.size === 0) return { state: 'absent' };
  let db: DatabaseSync | null = null;
  try {
    const header = readFileHeader(path);
    if (!header.isSqlite)
      return { state: 'unreadable', code: 'SQLITE_NOTADB', reason: 'it is no SQLite file' };
    db = openForLooking(path, header);
    return { state: 'read', facts: readFacts(db) };
  } catch (error) {
    const code = sqliteName(error) || (error instanceof Error && 'code' in error ? String(error.code) : '');
    return { state: 'unreadable', code, reason: error instanceof Error ? error.message : String(error) };
  } finally {
    db?.close();
  }
}

process.stdout.write(JSON.stringify(look(process.argv[2] ?? '')));
