import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, expect, test } from 'vitest';
import { temporaryFolder } from '../../../e2e/support/temporary-folder.ts';
import { readEnvironment } from '../config/environment.ts';
import { loadConfig } from '../config/load-config.ts';
import { backupFacts } from './facts.ts';

const folder = temporaryFolder('backup-facts');
afterAll(() => folder.remove());

test('a backup is stale after three days, where one is to be made each day', () => {
  const path = join(folder.path, 'detection_data.db');
  const config = loadConfig(folder.path, readEnvironment({}));
  const factsOn = (day: string, failure: string | null = null) =>
    backupFacts(path, config, failure, new Date(`${day}T00:00:00Z`));
  expect(factsOn('2026-01-10')).toEqual({ staleDays: null, failure: null });
  mkdirSync(join(folder.path, 'backups'));
  const backup = new Database(join(folder.path, 'backups', 'detection_data.db.backup-20260110T000000Z'));
  backup.exec(`PRAGMA application_id = ${0x424b484c}; CREATE TABLE locations (location_id TEXT)`);
  backup.close();
  writeFileSync(join(folder.path, 'backups', 'detection_data.db.backup-20260114T000000Z'), 'no backup');
  expect(factsOn('2026-01-12')).toEqual({ staleDays: null, failure: null });
  expect(factsOn('2026-01-14', 'The disk is full.')).toEqual({ staleDays: 4, failure: 'The disk is full.' });
  const off = { ...config, backup: { ...config.backup, enabled: false } };
  expect(backupFacts(path, off, null, new Date('2026-02-01T00:00:00Z'))).toBeNull();
});
