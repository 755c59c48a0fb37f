import { closeSync, openSync, readdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'playwright/test';
import { databaseFileName } from '../../src-main/engine/storage/service.ts';
import { accessibilityFaults } from './accessibility.ts';
import { eachConsole } from './each-console.ts';
import { inEachLook } from './each-look.ts';
import { screenshot } from './screenshots.ts';
import { seedDatabase } from './seed-database.ts';

const box = eachConsole();
const records = 400;

/** A box whose file holds records, a page of which is noise. */
async function damagedBox(dataDir: string): Promise<void> {
  await seedDatabase(dataDir, {});
  const path = join(dataDir, databaseFileName);
  const db = new Database(path);
  const insert = db.prepare(
    `INSERT INTO division_states (session_id, camera_id, location_id, frame_number, timestamp_video, timestamp_recorded,
       state, walking_area_waiters, service_area_waiters, total_staff)
     VALUES ('20251213_143500_camera_35', 'camera_35', 'store_window', ?, ?, '2025-12-13 14:35:00+08:00', 'RED', 0, 0, 0)`,
  );
  db.transaction(() => {
    for (let frame = 1; frame <= records; frame += 1) insert.run(frame, frame / 25);
  })();
  db.pragma('wal_checkpoint(TRUNCATE)');
  const { pageno } = db
    .prepare(
      `SELECT pageno FROM dbstat WHERE name = 'division_states' AND pagetype = 'leaf' LIMIT 1 OFFSET 2`,
    )
    .get() as { pageno: number };
  db.close();
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(4096, 0xa5), 0, 4096, (pageno - 1) * 4096);
  closeSync(file);
}

test('a damaged file is told calmly in any language and appearance, stays told, and is taken note of', async () => {
  const titles = {
    en: /The file with the records was damaged; \d+ records came back/,
    'zh-CN': /保存记录的文件.*\d+/,
    'zh-TW': /保存紀錄的檔案.*\d+/,
  };
  await damagedBox(box.path);
  const console = await box.start();
  const { page } = console;
  await inEachLook(console, async (_look, name) => {
    await expect(page.locator('[data-verdict]').first()).toHaveAttribute('data-verdict', /damaged/);
    await screenshot(page, `home-damaged-${name}`);
    expect(await accessibilityFaults(page)).toEqual([]);
  });
  await page.locator('.sidebar a[href="#/errors"]').click();
  await inEachLook(console, async ({ language }, name) => {
    await expect(page.locator('.card', { hasText: titles[language] })).toBeVisible();
    await screenshot(page, `errors-damaged-${name}`);
    expect(await accessibilityFaults(page)).toEqual([]);
  });
  const card = page.locator('.card', { hasText: titles.en });
  await card.getByRole('button').click();
  await expect(card).toHaveCount(0);
  expect(readdirSync(box.path).filter((name) => /\.damaged-\d+T\d+Z$/.test(name))).toHaveLength(1);
});
