import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from 'playwright/test';
import { issueRefreshToken } from '../../src-main/engine/local-cloud/service.ts';
import { recording, sendToBridge } from '../support/bridge-lines.ts';
import { startTestCloud } from '../support/test-cloud.ts';
import { accessibilityFaults } from './accessibility.ts';
import { engineInfo, type OpenConsole } from './console.ts';
import { eachConsole, type StartOptions } from './each-console.ts';
import { inEachLook } from './each-look.ts';
import { besideServiceEngine } from './other-processes.ts';
import { screenshotOfView } from './screenshots.ts';

const box = eachConsole();

// One of the last files: its tests go to all the workers, so that none is idle at the end.
test.describe.configure({ mode: 'parallel' });

async function start(options: StartOptions = {}): Promise<OpenConsole> {
  const open = await box.start(options);
  await open.page.evaluate(() => {
    window.location.hash = '#/settings';
  });
  await expect(section(open.page, 'store')).toBeVisible();
  return open;
}

function section(page: Page, name: string) {
  return page.locator(`[data-section=${name}]`);
}

function config(): unknown {
  return JSON.parse(readFileSync(join(box.path, 'config.json'), 'utf8'));
}

async function choose(page: Page, field: string, option: string): Promise<void> {
  await page.getByTestId(field).getByRole('button').click();
  await page.getByRole('option', { name: option }).click();
}

test.describe('Settings', () => {
  test('keeps what was changed, says that the engine must start anew, and starts it', async () => {
    const console = await start();
    const { page } = console;
    const before = await engineInfo(console);
    const retention = section(page, 'retention');
    await expect(retention.getByRole('button', { name: 'Save' })).toBeDisabled();
    await retention.getByLabel('Keep states for how many hours').fill('0');
    await retention.getByRole('button', { name: 'Save' }).click();
    await expect(retention.getByText('A whole number from 1 to 8760.')).toBeVisible();
    expect(await accessibilityFaults(page)).toEqual([]);
    await retention.getByLabel('Keep states for how many hours').fill('48');
    await retention.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByTestId('saved-retention')).toHaveText('Saved.');
    expect(config()).toEqual({ retention: { statesHours: 48 } });
    expect(statSync(join(box.path, 'config.json')).mode & 0o777).toBe(0o600);
    await expect(page.getByTestId('restart-needed')).toBeVisible();
    await page.getByRole('button', { name: 'Start the engine anew' }).click();
    await expect(page.getByTestId('restart-needed')).toHaveCount(0);
    expect((await engineInfo(console)).pid).not.toBe(before.pid);
    await expect(page.getByLabel('Keep states for how many hours')).toHaveValue('48');
    expect(console.complaints).toEqual([]);
  });

  test('says who must start an engine anew that is not its own', async () => {
    await besideServiceEngine(box.path, async () => {
      const { page, app } = await start();
      await page.getByLabel('Silent for how many minutes').fill('20');
      await section(page, 'hours').getByRole('button', { name: 'Save' }).click();
      await expect(page.getByTestId('restart-needed')).toContainText('runs as a service');
      await expect(page.getByRole('button', { name: 'Start the engine anew' })).toHaveCount(0);
      await app.close();
      box.ended();
    });
  });

  test('says the schedule in plain words, and takes a pattern from whoever knows them', async () => {
    // The schedule that the tests have in the environment is not set here; nothing is captured, so nothing runs.
    const { page } = await start({ env: { BACKHAUL_SCHEDULE_HOURLY: '', BACKHAUL_SCHEDULE_FULL: '' } });
    const schedule = section(page, 'schedule');
    await choose(page, 'schedule.full-how', 'Own pattern (cron)');
    await schedule.getByLabel('Cron pattern').fill('0 25 * * *');
    await schedule.getByRole('button', { name: 'Save' }).click();
    await expect(schedule.getByText('Five fields that make a time, such as 0 3 * * *.')).toBeVisible();
    await schedule.getByLabel('Cron pattern').fill('30 4 * * *');
    await choose(page, 'schedule.hourly-how', 'Never');
    await schedule.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByTestId('saved-schedule')).toHaveText('Saved.');
    expect(config()).toEqual({ schedule: { hourly: null, full: '30 4 * * *' } });
    await choose(page, 'schedule.full-how', 'Once a day');
    await expect(page.getByTestId('schedule.full-at').locator('input')).toHaveValue('03:00');
  });

  test('shows what a variable has as locked, with its name, and a store that records have fixed', async () => {
    const console = await start({ env: { BACKHAUL_RETENTION_STATES_HOURS: '12' } });
    const { page } = console;
    await expect(page.getByLabel('Keep states for how many hours')).toBeDisabled();
    await expect(section(page, 'retention')).toContainText('BACKHAUL_RETENTION_STATES_HOURS');
    await page.getByLabel('Store ID').fill('store_window');
    await section(page, 'store').getByRole('button', { name: 'Save' }).click();
    await expect(page.getByTestId('saved-store')).toHaveText('Saved.');
    await sendToBridge((await engineInfo(console)).bridgeSocket, recording(1));
    await page.getByRole('button', { name: 'Start the engine anew' }).click();
    await expect(page.getByLabel('Store ID')).toBeDisabled();
    await expect(section(page, 'store')).toContainText('a box belongs to one store');
  });

  test('says whether an opening hour is no time or the same as the other, and takes full-width signs', async () => {
    const { page } = await start();
    const hours = section(page, 'hours');
    const save = hours.getByRole('button', { name: 'Save' });
    if (!(await hours.getByLabel('Opens').isVisible())) await hours.getByText('Warn when a camera').click();
    await hours.getByLabel('Opens').fill('9');
    await save.click();
    await expect(hours.getByText('Write hours and minutes, such as 11:00.')).toHaveCount(1);
    await hours.getByLabel('Opens').fill('23:00');
    await save.click();
    await expect(hours.getByText('It must be another time than that of opening.')).toHaveCount(1);
    await hours.getByLabel('Opens').fill('9：30');
    await save.click();
    await expect(page.getByTestId('saved-hours')).toHaveText('Saved.');
    expect(config()).toEqual({ health: { openingHours: { open: '09:30', close: '23:00' } } });
  });

  test('connects to a project: address, key and sign-in are kept, and the records arrive there', async () => {
    const cloud = await startTestCloud();
    try {
      const console = await start();
      const { page } = console;
      const connection = section(page, 'connection');
      await connection.getByText('Supabase project', { exact: true }).click();
      await connection.getByLabel('Project address').fill(cloud.url);
      await connection.getByLabel('Publishable key').fill(cloud.apiKey);
      await connection.getByLabel('Device token').fill('never-made');
      await connection.getByRole('button', { name: 'Save' }).click();
      await expect(connection.getByText('The project does not accept this token.')).toBeVisible();
      const token = await issueRefreshToken(cloud.dataDir, {
        locationId: 'store_window',
        readOnly: false,
        ttlSeconds: 3600,
      });
      await connection.getByLabel('Device token').fill(token);
      await connection.getByRole('button', { name: 'Save' }).click();
      await expect(page.getByTestId('saved-connection')).toHaveText('Saved.');
      await expect(connection.getByTestId('secret-storage')).toBeVisible();
      await expect(connection.getByLabel('Publishable key')).toHaveValue('');
      expect(readFileSync(join(box.path, 'config.json'), 'utf8')).not.toContain(cloud.apiKey);
      await page.getByRole('button', { name: 'Start the engine anew' }).click();
      await expect(page.getByTestId('restart-needed')).toHaveCount(0);
      await expect(page.getByTestId('other-cloud-note')).toHaveCount(0);
      await sendToBridge((await engineInfo(console)).bridgeSocket, recording(5));
      await console.call('sync.start', { mode: 'full' });
      expect(await cloud.sql('select 1 from "ASE_division_states"')).toHaveLength(5);
      const content = await page.content();
      for (const secret of [token, cloud.apiKey]) expect(content).not.toContain(secret);
      await connection.getByRole('button', { name: 'Sign out' }).click();
      await expect(connection.getByRole('button', { name: 'Sign out' })).toHaveCount(0);
      expect(await console.call('cloud.details', {})).toMatchObject({ value: { problem: 'no_sign_in' } });
    } finally {
      await cloud.close();
    }
  });

  test('changes language and appearance at once, and keeps them', async () => {
    const { page, app } = await start();
    await choose(page, 'preference-language', '繁體中文');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('設定');
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('zh-TW');
    await page.getByTestId('preference-theme').getByRole('button').click();
    await page.getByRole('option', { name: '高對比' }).click();
    const theme = (seen: Page) => () => seen.evaluate(() => document.documentElement.dataset.theme);
    await expect.poll(theme(page)).toBe('contrast');
    await app.close();
    const again = await start();
    await expect(again.page.getByRole('heading', { level: 1 })).toHaveText('設定');
    await expect.poll(theme(again.page)).toBe('contrast');
  });

  test('sets a kiosk PIN, which must be typed twice, and says what only the system can lock', async () => {
    const { page } = await start();
    const kiosk = section(page, 'kiosk');
    await expect(kiosk).toContainText('What only the operating system can lock');
    await kiosk.getByLabel('PIN', { exact: true }).fill('12');
    await kiosk.getByRole('button', { name: 'Set the PIN' }).click();
    await expect(kiosk.getByText('4 to 12 digits.', { exact: true })).toBeVisible();
    await kiosk.getByLabel('PIN', { exact: true }).fill('123456');
    await kiosk.getByLabel('The same once more').fill('123457');
    await kiosk.getByRole('button', { name: 'Set the PIN' }).click();
    await expect(kiosk.getByText('It is not the same as above.')).toBeVisible();
    await kiosk.getByLabel('The same once more').fill('123456');
    await kiosk.getByRole('button', { name: 'Set the PIN' }).click();
    await expect(kiosk.getByRole('button', { name: 'Change the PIN' })).toBeVisible();
    await kiosk.getByLabel('Current PIN').fill('999999');
    await kiosk.getByLabel('New PIN').fill('654321');
    await kiosk.getByLabel('The same once more').fill('654321');
    await kiosk.getByRole('button', { name: 'Change the PIN' }).click();
    await expect(kiosk.getByText(/That is not the PIN\. \d tries are left\./)).toBeVisible();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test('has no accessibility fault in any language and appearance', async () => {
    const console = await start();
    const { page } = console;
    await page.getByTestId('connection-kind').getByRole('radio').last().click();
    await inEachLook(console, async (_look, name) => {
      await screenshotOfView(page, `settings-${name}`);
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(console.complaints).toEqual([]);
    });
  });
});
