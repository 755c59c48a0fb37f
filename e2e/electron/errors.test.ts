import { join } from 'node:path';
import Database from 'better-sqlite3';
import pg from 'pg';
import { expect, type Page, test } from 'playwright/test';
import { adminConnectionString } from '../../src-main/engine/local-cloud/service.ts';
import { accessibilityFaults } from './accessibility.ts';
import { recording, sendToBridge } from './bridge-lines.ts';
import { engineInfo, type OpenConsole } from './console.ts';
import { eachConsole, type StartOptions } from './each-console.ts';
import { leastLongestTask, note } from './long-tasks.ts';
import { seedDatabase } from './seed-database.ts';

const box = eachConsole();

async function start(options: StartOptions = {}): Promise<OpenConsole> {
  const open = await box.start(options);
  await open.page.locator('.sidebar a[href="#/errors"]').click();
  return open;
}

function title(page: Page) {
  return page.getByRole('heading', { level: 1 });
}

async function screenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join('.test-output', 'screenshots', `${name}.png`) });
}

test('says calmly that nothing needs anyone', async () => {
  const { page, complaints } = await start();
  await expect(title(page)).toHaveText('Nothing needs you');
  await expect(page.getByTestId('errors-empty')).toBeVisible();
  await expect(page.locator('.sidebar .badge')).toHaveCount(0);
  await screenshot(page, 'errors-none');
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

test('a poisoned row is shown by its cause, corrected in a form that checks it, and lands in the cloud', async () => {
  const console = await start();
  const { page } = console;
  await refuseOneState(console);
  await expect(title(page)).toHaveText('One thing needs you');
  await expect(page.locator('.sidebar .badge')).toContainText('1');
  const card = page.getByTestId('records-23514');
  await expect(card).toContainText('The cloud refused one record: a state it does not know');
  await expect(card.locator('mark')).toHaveText('PURPLE');
  await screenshot(page, 'errors-one-record');

  await card.getByRole('button', { name: 'Correct…' }).click();
  const dialog = page.getByTestId('edit-dialog');
  const save = dialog.getByRole('button', { name: 'Save and send again' });
  await expect(dialog.getByTestId('field-state')).toContainText('Choose one that the cloud knows.');
  await expect(save).toBeDisabled();
  const staff = dialog.getByTestId('field-total_staff').getByRole('textbox');
  await staff.fill('-3');
  await expect(dialog.getByTestId('field-total_staff')).toContainText('must lie between 0 and');
  await staff.fill('2');
  await dialog.getByTestId('field-timestamp_recorded').getByRole('textbox').fill('2025-13-45 10:00');
  await expect(dialog.getByTestId('field-timestamp_recorded')).toContainText('no date and time that exists');
  await expect(save).toBeDisabled();
  await dialog.getByTestId('field-timestamp_recorded').getByRole('textbox').fill('2025-12-13 14:35:04+08:00');
  await dialog.getByTestId('field-state').getByRole('button').click();
  await page.getByRole('option', { name: 'GREEN' }).click();
  await screenshot(page, 'errors-edit');
  expect(await accessibilityFaults(page)).toEqual([]);
  await save.click();

  await expect(page.getByTestId('outcome')).toContainText(/The record was (corrected|sent again)/);
  await expect(title(page)).toHaveText('Nothing needs you');
  await expect(title(page)).toBeFocused();
  await expect(page.locator('.sidebar .badge')).toHaveCount(0);
  await expect(page.getByTestId('solved')).toContainText('The cloud refused');
  await console.call('sync.start', { mode: 'full' });
  const rows = await cloudRows(
    'SELECT state, total_staff FROM "ASE_division_states" WHERE frame_number = 90',
  );
  expect(rows).toEqual([{ state: 'GREEN', total_staff: 2 }]);
  await page.locator('.sidebar a[href="#/home"]').click();
  await expect(page.getByTestId('verdict')).toContainText('records are safe on this box');
});

test('giving up asks with the count, can be left by Escape, and is recorded', async () => {
  await seedDatabase(box.path, { setAside: 3 });
  const { page } = await start();
  const card = page.getByTestId('records-23514');
  await card.getByRole('button', { name: 'Give up 3…' }).click();
  const dialog = page.getByTestId('discard-dialog');
  await expect(dialog).toContainText('Give up 3 records?');
  await expect(dialog).toContainText('never sent to the cloud');
  await screenshot(page, 'errors-discard');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  expect(resolutions()).toEqual([{ resolution: 'open', n: 3 }]);
  await card.getByRole('button', { name: 'Give up 3…' }).click();
  await dialog.getByRole('button', { name: 'Give up 3' }).click();
  await expect(page.getByTestId('outcome')).toContainText('3 records were given up');
  await expect(title(page)).toHaveText('Nothing needs you');
  expect(resolutions()).toEqual([{ resolution: 'discarded', n: 3 }]);
});

test('one record, a group or all are sent again, with the count in the button', async () => {
  await seedDatabase(box.path, { setAside: 4 });
  change(`UPDATE sync_quarantine SET code = '23502', message = 'null value in column "state"' WHERE id = 1`);
  const { page } = await start();
  await expect(title(page)).toHaveText('2 things need you');
  await expect(page.getByRole('button', { name: 'Send all 4 again' })).toBeVisible();
  const group = page.getByTestId('records-23514');
  await expect(group.getByRole('button', { name: 'Send 3 again' })).toBeVisible();
  await group.getByRole('button', { name: 'Show the 3 records' }).click();
  await group.locator('[role=rowgroup] [role=row]').first().click();
  const dialog = page.getByTestId('entry-dialog');
  await expect(dialog.getByTestId('payload')).toContainText('PURPLE');
  await dialog.getByRole('button', { name: 'Send again' }).click();
  await expect(page.getByTestId('outcome')).toContainText('One record goes again');
  await expect(page.getByTestId('outcome')).toContainText('refused again', { timeout: 30_000 });
  // The cloud refuses it once more, so it comes back with one try more; all are still there to be sent.
  await expect.poll(() => attempts(), { timeout: 30_000 }).toContain(2);
  await expect(page.getByRole('button', { name: 'Send all 4 again' })).toBeEnabled();
  await page.getByRole('button', { name: 'Send all 4 again' }).click();
  await expect(page.getByTestId('outcome')).toContainText('4 records go again');
  await expect(page.getByTestId('outcome')).toContainText('4 records were sent again and refused again', {
    timeout: 30_000,
  });
});

test('lines of the detector that were refused can be read, and stay until a person has seen them', async () => {
  await seedDatabase(box.path, { refusedLines: 12 });
  const first = await start();
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
  const second = await start();
  await expect(title(second.page)).toHaveText('Nothing needs you');
  await expect(second.page.getByTestId('solved')).toContainText('12 lines');
});

test('5,000 records that were set aside scroll and open, with no more drawn than is seen', async () => {
  await seedDatabase(box.path, { setAside: 5000 });
  const { page, complaints } = await start();
  const card = page.getByTestId('records-23514');
  await expect(card.getByRole('button', { name: 'Send 5,000 again' })).toBeVisible();
  await card.getByRole('button', { name: 'Show the 5,000 records' }).click();
  const grid = card.getByRole('grid');
  const longest = await leastLongestTask(page, async () => {
    for (let step = 0; step < 30; step += 1) {
      await grid.evaluate((element) => element.scrollBy({ top: 900 }));
      await page.waitForTimeout(16);
    }
    await card.locator('[role=rowgroup] [role=row]').last().focus();
    await page.keyboard.press('End');
    await expect(page.locator('[data-index="4999"]')).toContainText('/1/camera_35');
    await page.keyboard.press('Home');
    await expect(page.locator('[data-index="0"]')).toBeFocused();
  });
  expect(await card.locator('[role=rowgroup] [role=row]').count()).toBeLessThan(60);
  note('longest task, ms', longest);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('entry-dialog')).toContainText('PURPLE');
  expect(complaints).toEqual([]);
});

test('what goes away by itself is told apart from what needs someone', async () => {
  const silent = {
    SUPABASE_URL: 'http://127.0.0.1:9',
    SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_test',
    BACKHAUL_DEVICE_TOKEN: unsignedToken('store_window'),
    BACKHAUL_SYNC_ATTEMPTS: '1',
  };
  const console = await start({ env: silent });
  const { page } = console;
  await sendToBridge((await engineInfo(console)).bridgeSocket, recording(3));
  await console.call('sync.start', { mode: 'full' });
  await expect(page.getByTestId('passing')).toContainText('The cloud could not be reached');
  await expect(title(page)).toHaveText('Nothing needs you');
  await screenshot(page, 'errors-passing');
  expect(await accessibilityFaults(page)).toEqual([]);
});

test('what only a technician can mend says so, and goes when it is mended', async () => {
  const console = await start();
  const { page } = console;
  await sendToBridge((await engineInfo(console)).bridgeSocket, recording(6));
  await console.call('sync.start', { mode: 'full' });
  await cloudRows('REVOKE INSERT ON "ASE_division_states" FROM authenticated');
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
  await cloudRows('GRANT INSERT ON "ASE_division_states" TO authenticated');
  await console.call('sync.start', { mode: 'full' });
  await expect(title(page)).toHaveText('Nothing needs you');
});

test('a camera that fell silent is a thing with a way to look at it', async () => {
  await seedDatabase(box.path, {});
  change(`INSERT INTO cameras (camera_id, location_id, camera_ip_address, status) VALUES ('camera_22', 'store_window', '192.0.2.22', 'active');
    INSERT INTO division_states (session_id, camera_id, location_id, frame_number, state, created_at, synced_to_cloud)
      VALUES ('s', 'camera_22', 'store_window', 1, 'RED', datetime('now', '-40 minutes'), 1)`);
  const { page } = await start({
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
  const console = await start();
  const { page } = console;
  const retry = page.getByTestId('records-23514').getByRole('button', { name: 'Send 2 again' });
  await expect(retry).toBeEnabled();
  process.kill((await engineInfo(console)).pid, 'SIGKILL');
  await expect(page.getByTestId('records-23514')).toContainText('The cloud refused 2 records');
  await expect(retry).toBeEnabled();
  await retry.click();
  await expect(page.getByTestId('outcome')).toContainText(/2 records (go again|were sent again)/);
});

test('a record is corrected by keyboard alone', async () => {
  await seedDatabase(box.path, { setAside: 1 });
  const { page } = await start();
  await expect(page.getByTestId('records-23514')).toBeVisible();
  await expect(title(page)).toBeFocused();
  await tabTo(page, 'Correct…');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('edit-dialog').getByTestId('field-state')).toBeVisible();
  await tabTo(page, 'PURPLE (now)');
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('field-state')).toContainText('RED');
  await tabTo(page, 'Save and send again');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('outcome')).toContainText(/The record was (corrected|sent again)/);
  await expect(title(page)).toBeFocused();
});

test('a small window, or a large one at 200 %, shows everything without scrolling sideways', async () => {
  await seedDatabase(box.path, { setAside: 12, refusedLines: 3, runs: 60 });
  const { app, page } = await start();
  await expect(page.getByTestId('records-23514')).toBeVisible();
  await app.evaluate(({ BrowserWindow }) => {
    // As many pixels of the page as a window of 1280 × 800 shows at 200 %.
    const [window] = BrowserWindow.getAllWindows();
    window?.setMinimumSize(320, 240);
    window?.setContentSize(640, 400);
  });
  const sideways = () =>
    page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.querySelector('main') ?? document.documentElement;
      return scrollWidth - clientWidth;
    });
  await expect.poll(sideways).toBeLessThanOrEqual(1);
  await screenshot(page, 'errors-zoomed');
  await page.locator('.sidebar a[href="#/history"]').click();
  await expect(page.getByTestId('run-table')).toBeVisible();
  await expect.poll(sideways).toBeLessThanOrEqual(1);
  await screenshot(page, 'history-zoomed');
});

for (const [language, theme] of [
  ['en', 'light'],
  ['en', 'dark'],
  ['en', 'contrast'],
  ['zh-CN', 'light'],
  ['zh-TW', 'dark'],
] as const) {
  test(`can be read by everybody (${language}, ${theme})`, async () => {
    await seedDatabase(box.path, { setAside: 12, refusedLines: 3 });
    change(`UPDATE sync_quarantine SET code = 'wrong_location', message = 'for store_9' WHERE id < 4`);
    const { page } = await start({ language, preferences: { theme } });
    await expect(page.getByTestId('lines-invalid_json')).toBeVisible();
    await page.getByTestId('records-23514').locator('[aria-expanded]').click();
    await screenshot(page, `errors-${language}-${theme}`);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.locator('[role=rowgroup] [role=row]').first().click();
    await expect(page.getByTestId('payload')).toBeVisible();
    await screenshot(page, `errors-record-${language}-${theme}`);
    expect(await accessibilityFaults(page)).toEqual([]);
  });
}

/** Twelve states, one of which another program has made one that no cloud knows, and a sync that meets it. */
async function refuseOneState(console: OpenConsole): Promise<void> {
  await sendToBridge((await engineInfo(console)).bridgeSocket, recording(12));
  change(`UPDATE division_states SET state = 'PURPLE' WHERE frame_number = 90`);
  await console.call('sync.start', { mode: 'full' });
}

/** As another program changes the file. */
function change(sql: string): void {
  const db = new Database(join(box.path, 'detection_data.db'), { timeout: 5000 });
  db.exec(sql);
  db.close();
}

function read(sql: string): unknown[] {
  const db = new Database(join(box.path, 'detection_data.db'), { readonly: true });
  const rows = db.prepare(sql).all();
  db.close();
  return rows;
}

function resolutions(): unknown[] {
  return read('SELECT resolution, count(*) AS n FROM sync_quarantine GROUP BY 1');
}

function attempts(): unknown[] {
  return read('SELECT attempts FROM sync_quarantine').map((row) => (row as { attempts: number }).attempts);
}

async function cloudRows(sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: await adminConnectionString(box.path) });
  await client.connect();
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}

/** Looks like a device token; nobody who checks it would take it. */
function unsignedToken(locationId: string): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { role: 'authenticated', app_metadata: { location_id: locationId }, exp: 4_102_444_800 };
  return `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}.c2lnbmF0dXJl`;
}

/** Tab until the focus is on what begins with these words. */
async function tabTo(page: Page, words: string): Promise<void> {
  for (let press = 0; press < 60; press += 1) {
    await page.keyboard.press('Tab');
    const text = await page.evaluate(() => document.activeElement?.textContent ?? '');
    if (text.startsWith(words)) return;
  }
  throw new Error(`Tab never led to ${words}.`);
}
