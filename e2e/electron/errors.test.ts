import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'playwright/test';
import { recording, sendToBridge } from '../support/bridge-lines.ts';
import { accessibilityFaults } from './accessibility.ts';
import { asCloudOwner, changeFile } from './box-databases.ts';
import { engineInfo } from './console.ts';
import { eachConsole } from './each-console.ts';
import { inEachLook } from './each-look.ts';
import { startAtErrors, title } from './errors-view.ts';
import { screenshot } from './screenshots.ts';
import { seedDatabase } from './seed-database.ts';
import { silentCloud } from './silent-cloud.ts';

const box = eachConsole();

test('says calmly that nothing needs anyone', async () => {
  const { page, complaints } = await startAtErrors(box);
  await expect(title(page)).toHaveText('Nothing needs you');
  await expect(page.getByTestId('errors-empty')).toBeVisible();
  await expect(page.locator('.sidebar .badge')).toHaveCount(0);
  await screenshot(page, 'errors-none');
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

test('lines of the detector that were refused can be read, and stay until a person has seen them', async () => {
  await seedDatabase(box.path, { refusedLines: 12 });
  const first = await startAtErrors(box);
  const card = first.page.getByTestId('lines-invalid_json');
  await expect(card).toContainText('The detector sent 12 lines that cannot be read');
  await card.getByRole('button', { name: 'Show all 12 lines' }).click();
  await card.locator('[role=rowgroup] [role=row]').first().click();
  await expect(first.page.getByTestId('line-dialog')).toContainText('{"frame": 12, broken');
  expect(await accessibilityFaults(first.page)).toEqual([]);
  await first.page.keyboard.press('Escape');
  await screenshot(first.page, 'errors-lines');
  await card.getByRole('button', { name: 'I have seen all 12' }).click();
  await expect(title(first.page)).toHaveText('Nothing needs you');
  await first.app.close();
  const second = await startAtErrors(box);
  await expect(title(second.page)).toHaveText('Nothing needs you');
  await expect(second.page.getByTestId('solved')).toContainText('12 lines');
});

test('what goes away by itself is told apart from what needs someone', async () => {
  const console = await startAtErrors(box, { env: silentCloud });
  const { page } = console;
  await sendToBridge((await engineInfo(console)).bridgeSocket, recording(3));
  await console.call('sync.start', { mode: 'full' });
  await expect(page.getByTestId('passing')).toContainText('The cloud could not be reached');
  await expect(title(page)).toHaveText('Nothing needs you');
  await screenshot(page, 'errors-passing');
  expect(await accessibilityFaults(page)).toEqual([]);
});

test('what only a technician can mend says so, and goes when it is mended', async () => {
  const console = await startAtErrors(box);
  const { page } = console;
  await sendToBridge((await engineInfo(console)).bridgeSocket, recording(6));
  await console.call('sync.start', { mode: 'full' });
  await asCloudOwner(box.path, 'REVOKE INSERT ON "ASE_division_states" FROM authenticated');
  await sendToBridge((await engineInfo(console)).bridgeSocket, recording(9).slice(-3));
  await console.call('sync.start', { mode: 'full' });
  await expect(title(page)).toHaveText('One thing needs you');
  const card = page.getByTestId('runs-permission-42501');
  await expect(card).toContainText('The cloud does not let this box write');
  await expect(card).toContainText('One sync failed for it');
  await expect(page.locator('.page-head')).toContainText('records are kept on this box');
  await expect(card.getByRole('link', { name: 'Go to Cloud' })).toBeVisible();
  await screenshot(page, 'errors-blocked');
  expect(await accessibilityFaults(page)).toEqual([]);
  await asCloudOwner(box.path, 'GRANT INSERT ON "ASE_division_states" TO authenticated');
  await console.call('sync.start', { mode: 'full' });
  await expect(title(page)).toHaveText('Nothing needs you');
});

test('a camera that fell silent is a thing with a way to look at it', async () => {
  await seedDatabase(box.path, {});
  changeFile(
    box.path,
    `INSERT INTO cameras (camera_id, location_id, camera_ip_address, status) VALUES ('camera_22', 'store_window', '192.0.2.22', 'active');
    INSERT INTO division_states (session_id, camera_id, location_id, frame_number, state, created_at, synced_to_cloud)
      VALUES ('s', 'camera_22', 'store_window', 1, 'RED', datetime('now', '-40 minutes'), 1)`,
  );
  const { page } = await startAtErrors(box, {
    env: { BACKHAUL_HEALTH_OPENING_HOURS_OPEN: '00:00', BACKHAUL_HEALTH_OPENING_HOURS_CLOSE: '24:00' },
  });
  const card = page.getByTestId('health-cameras');
  await expect(card).toContainText('No sign of life for 40 min: camera_22');
  await expect(title(page)).toHaveText('One thing needs you');
  await screenshot(page, 'errors-camera');
  await card.getByRole('link', { name: 'Go to Capture' }).click();
  await expect(page).toHaveURL(/#\/capture/u);
});

test('an engine that is killed leaves what is known, and decisions wait until it is back', async () => {
  await seedDatabase(box.path, { setAside: 2 });
  const console = await startAtErrors(box);
  const { page } = console;
  const card = page.getByTestId('records-23514');
  const retry = card.getByRole('button', { name: 'Send 2 again' });
  await expect(retry).toBeEnabled();
  // With this it does not start again until somebody sees.
  const config = join(box.path, 'config.json');
  writeFileSync(config, '{"sync": {"lanes": "many"}}');
  process.kill((await engineInfo(console)).pid, 'SIGKILL');
  await expect(page.getByTestId('engine-gone')).toBeVisible();
  await expect(card).toContainText('The cloud refused 2 records');
  await expect(retry).toBeDisabled();
  rmSync(config);
  expect(await console.call('desktop.restartEngine', {})).toMatchObject({ ok: true });
  await expect(page.getByTestId('engine-gone')).toHaveCount(0);
  await expect(card).toContainText('The cloud refused 2 records');
  await expect(retry).toBeEnabled();
  await retry.click();
  await expect(page.getByTestId('outcome')).toContainText(/2 records (go again|were sent again)/);
});

test('a small window, or a large one at 200 %, shows everything without scrolling sideways', async () => {
  await seedDatabase(box.path, { setAside: 12, refusedLines: 3, runs: 60 });
  const { app, page } = await startAtErrors(box);
  await expect(page.getByTestId('records-23514')).toBeVisible();
  await app.evaluate(({ BrowserWindow }) => {
    // As many pixels of the page as a window of 1280 × 800 shows at 200 %.
    const [window] = BrowserWindow.getAllWindows();
    window?.setMinimumSize(320, 240);
    window?.setContentSize(640, 400);
  });
  await expect.poll(() => page.evaluate(() => window.innerWidth)).toBeLessThanOrEqual(640);
  const sideways = () =>
    page.evaluate(() => {
      const scrolling = [document.documentElement, ...document.querySelectorAll('main')];
      return Math.max(...scrolling.map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth));
    });
  await expect.poll(sideways).toBeLessThanOrEqual(1);
  await screenshot(page, 'errors-zoomed');
  await page.locator('.sidebar a[href="#/history"]').click();
  await expect(page.getByTestId('run-table')).toBeVisible();
  await expect.poll(sideways).toBeLessThanOrEqual(1);
  await screenshot(page, 'history-zoomed');
});

test('can be read by everybody, in any language and appearance', async () => {
  await seedDatabase(box.path, { setAside: 12, refusedLines: 3 });
  changeFile(
    box.path,
    `UPDATE sync_quarantine SET code = 'wrong_location', message = 'for store_9' WHERE id < 4`,
  );
  const console = await startAtErrors(box);
  const { page } = console;
  await page.getByTestId('records-23514').locator('[aria-expanded]').click();
  await inEachLook(console, async (_look, name) => {
    await expect(page.getByTestId('lines-invalid_json')).toBeVisible();
    await screenshot(page, `errors-${name}`);
    expect(await accessibilityFaults(page)).toEqual([]);
  });
  await page.locator('[role=rowgroup] [role=row]').first().click();
  await inEachLook(console, async (_look, name) => {
    await expect(page.getByTestId('payload')).toBeVisible();
    await screenshot(page, `errors-record-${name}`);
    expect(await accessibilityFaults(page)).toEqual([]);
  });
});
