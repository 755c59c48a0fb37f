import { copyFileSync, readdirSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { latestVersion } from '../migrations/list.ts';
import {
  box,
  type DamagedBox,
  garbage,
  held,
  insertRecords,
  page,
  pageSize,
  recovered,
  removeBoxesAfterEach,
} from './damaged-box-fixture.ts';

removeBoxesAfterEach();

/** The files of a box whose process was killed: a journal of many commits that was never brought into the file. */
function killedBox(commits: number, version?: number): DamagedBox {
  const [living, killed] = [box(), box()];
  return Object.assign(killed, {
    async fill(number: number) {
      await living.fill(number);
      const db = new Database(living.path);
      db.pragma('wal_autocheckpoint = 0');
      for (let commit = 0; commit < commits; commit += 1)
        insertRecords(db, number + commit * 10, number + commit * 10 + 10);
      if (version !== undefined) db.pragma(`user_version = ${version}`);
      for (const end of ['', '-wal']) copyFileSync(living.path + end, killed.path + end);
      db.close();
    },
  });
}

test('a journal that is damaged before synced commits is damage: what stands behind the place comes back too', async () => {
  const of = killedBox(60);
  await of.fill(100);
  const size = statSync(`${of.path}-wal`).size;
  of.overwrite(32 + 24 + Math.trunc(size / 2), garbage(700), '-wal');
  const before = ['', '-wal'].map((end) => readFileSync(of.path + end));
  const legible = [...of.legible()];
  const storage = await recovered(of);
  const [file = ''] = of.setAside();
  expect(
    ['', '-wal'].map((end, index) =>
      readFileSync(join(of.dataDir, file + end)).equals(before[index] ?? Buffer.alloc(0)),
    ),
  ).toEqual([true, true]);
  const found = held(storage);
  expect(legible.filter((number) => !found.includes(number))).toEqual([]);
  expect(found.length).toBeGreaterThan(650);
});

test('a journal whose end a power cut has torn is no damage', async () => {
  const of = killedBox(20);
  await of.fill(100);
  truncateSync(`${of.path}-wal`, statSync(`${of.path}-wal`).size - 3000);
  const storage = await recovered(of);
  expect(of.setAside()).toEqual([]);
  expect(held(storage)).toHaveLength(290);
});

test('a journal of which a power cut has kept the last commit in pieces is no damage', async () => {
  const of = killedBox(20);
  await of.fill(100);
  const frames = Math.trunc(statSync(`${of.path}-wal`).size / (24 + pageSize));
  const frame = (fromEnd: number): number => 32 + (frames - fromEnd) * (24 + pageSize);
  of.overwrite(frame(4), Buffer.alloc(512, 0xe7), '-wal');
  of.overwrite(frame(3), Buffer.alloc(8, 0xe7), '-wal');
  const storage = await recovered(of);
  expect(of.setAside()).toEqual([]);
  expect(held(storage)).toHaveLength(290);
});

test('a journal that was left without its file is kept, and what it holds comes back', async () => {
  const of = killedBox(20);
  await of.fill(0);
  truncateSync(of.path, 0);
  const legible = [...of.legible()];
  const storage = await recovered(of);
  expect(readdirSync(of.dataDir).some((name) => /damaged-.*-wal$/.test(name))).toBe(true);
  expect(legible).toHaveLength(200);
  expect(held(storage)).toEqual(legible.sort((a, b) => a - b));
});

test('a file that only its backup shows to be damaged stays byte for byte, its journal too', async () => {
  // One of an earlier version is backed up first, which reads all of it.
  const of = killedBox(20, latestVersion - 1);
  await of.fill(400);
  of.overwrite(page(of, 'division_states', 4), garbage(pageSize));
  const before = ['', '-wal'].map((end) => readFileSync(of.path + end));
  const legible = [...of.legible()];
  const storage = await recovered(of);
  const [file = ''] = of.setAside();
  const after = ['', '-wal'].map((end) => readFileSync(join(of.dataDir, file + end)));
  expect(after.map((bytes, index) => bytes.equals(before[index] ?? Buffer.alloc(0)))).toEqual([true, true]);
  const found = held(storage);
  expect(legible.filter((number) => !found.includes(number))).toEqual([]);
});
