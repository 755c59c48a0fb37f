import { closeSync, openSync, readdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'playwright/test';
import { databaseFileName } from '../../src-main/engine/storage/service.ts';
import { accessibilityFaults } from './accessibility.ts';
import { eachConsole } from './each-console.ts';
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

for (const [language, theme, title] of [
  ['en', 'light', /The file with the records was damaged; \d+ records came back/],
  ['zh-CN', 'dark', /保存记录的文件.*\d+/],
  ['zh-TW', 'contrast', /保存紀錄的檔案.*\d+/],
] as const) {
  test(`a damaged file is told calmly, stays told, and is taken note of (${language}, ${theme})`, async () => {
    await damagedBox(box.path);
    const { page } = await box.start({ language, preferences: { theme } });
    await expect(page.locator('[data-verdict]').first()).toHaveAttribute('data-verdict', /damaged/);
    await screenshot(page, `home-damaged-${language}`);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.locator('.sidebar a[href="#/errors"]').click();
    const card = page.locator('.card', { hasText: title });
    await expect(card).toBeVisible();
    await screenshot(page, `errors-damaged-${language}`);
    expect(await accessibilityFaults(page)).toEqual([]);
    await card.getByRole('button').click();
    await expect(card).toHaveCount(0);
    expect(readdirSync(box.path).filter((name) => /\.damaged-\d+T\d+Z$/.test(name))).toHaveLength(1);
  });
}
