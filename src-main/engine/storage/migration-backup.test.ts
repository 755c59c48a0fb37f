import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../e2e/support/temporary-folder.ts';
import { databaseFileName } from './service.ts';

const rows = 3000;
const source = new URL('./service.ts', import.meta.url).href;
const code = `
  const { openStorage } = await import(${JSON.stringify(source)});
  const storage = await openStorage(process.argv[1], { locationId: null, timeZone: null, now: () => new Date() });
  await storage.close();`;
const opening = (dataDir: string): readonly string[] => ['--input-type=module', '-e', code, dataDir];

/** Large enough that its backup takes a while. */
function makeOlderFile(dataDir: string): void {
  const db = new Database(join(dataDir, databaseFileName));
  db.exec(`CREATE TABLE sync_queue (id INTEGER PRIMARY KEY, payload TEXT);
    INSERT INTO sync_queue (payload) SELECT hex(randomblob(2500)) FROM
      (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows}) SELECT i FROM n)`);
  db.close();
}

function rowsIn(path: string): unknown {
  const db = new Database(path, { readonly: true });
  try {
    return db.prepare('SELECT count(*) FROM sync_queue').pluck().get();
  } catch (error) {
    return String(error);
  } finally {
    db.close();
  }
}

test('a process that is killed in mid-backup leaves nothing that looks like a backup, and the next start makes a whole one', async () => {
  const folder = temporaryFolder('backup');
  const beside = (): string[] => readdirSync(folder.path).filter((name) => name !== databaseFileName);
  const backups = (): string[] => beside().filter((name) => name.includes('.backup-'));
  try {
    // On a busy machine the backup may be whole before the kill.
    for (let tries = 0; tries === 0 || (tries < 5 && backups().length > 0); tries += 1) {
      for (const name of readdirSync(folder.path)) rmSync(join(folder.path, name));
      makeOlderFile(folder.path);
      const child = spawn(process.execPath, opening(folder.path));
      const ended = once(child, 'exit');
      while (beside().length === 0 && child.exitCode === null) await nextTurn();
      child.kill('SIGKILL');
      expect(await ended).toEqual([null, 'SIGKILL']);
    }
    expect(beside()).not.toEqual([]);
    expect(backups()).toEqual([]);
    expect(spawnSync(process.execPath, opening(folder.path)).status).toBe(0);
    expect(beside()).toEqual(backups());
    expect(backups().map((name) => rowsIn(join(folder.path, name)))).toEqual([rows]);
  } finally {
    folder.remove();
  }
});
