import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Locator, type Page, test } from 'playwright/test';
import { recording, sendToBridge } from '../support/bridge-lines.ts';
import { startTestCloud } from '../support/test-cloud.ts';
import { accessibilityFaults } from './accessibility.ts';
import { engineInfo, type OpenConsole } from './console.ts';
import { eachConsole, type StartOptions } from './each-console.ts';
import { inEachLook } from './each-look.ts';
import { screenshot } from './screenshots.ts';

const box = eachConsole({ cloud: 'new' });

// One of the last files: its tests go to all the workers, so that none is idle at the end.
test.describe.configure({ mode: 'parallel' });

async function start(options: StartOptions = {}): Promise<OpenConsole> {
  const preferences = { setUpDone: false, ...options.preferences };
  const open = await box.start({ ...options, preferences });
  await expect(open.page.getByTestId('setup')).toBeVisible();
  return open;
}

const next = (page: Page): Locator => page.getByRole('button', { name: 'Next' });

async function atStep(page: Page, step: string): Promise<void> {
  await expect(page.getByTestId('setup')).toHaveAttribute('data-step', step);
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
}

test.describe('a fresh box', () => {
  test('is led from the language to a green verdict, with the detector’s first line seen on the way', async () => {
    const console = await start();
    const { page } = console;
    await atStep(page, 'language');
    await page.getByText('简体中文').click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('欢迎使用');
    await page.getByText('English').click();
    await next(page).click();

    await atStep(page, 'store');
    await page.getByLabel('Store ID').fill('store_window');
    await next(page).click();

    await atStep(page, 'cloud');
    await expect(page.getByText('It needs no account and no internet')).toBeVisible();
    await next(page).click();

    await atStep(page, 'detector');
    await expect(page.getByTestId('detector')).toHaveAttribute('data-sign', 'waiting');
    const { bridgeSocket } = await engineInfo(console);
    await sendToBridge(bridgeSocket, recording(12));
    await expect(page.getByTestId('detector')).toHaveAttribute('data-sign', 'arrived');
    await expect(page.getByText('It works: the first line is here')).toBeVisible();
    await next(page).click();

    await atStep(page, 'done');
    await expect(page.getByText('This is the store store_window.')).toBeVisible();
    await page.getByRole('button', { name: 'Open the console' }).click();
    await page.getByRole('button', { name: 'Sync everything now' }).click();
    await expect(page.getByTestId('verdict')).toContainText(/All \d+ records are safe on this box/);
    expect(console.complaints).toEqual([]);

    await console.app.close();
    const open = await box.start();
    await expect(open.page.getByTestId('setup')).toHaveCount(0);
  });

  test('is set up by the keyboard alone', async () => {
    const { page } = await start();
    const { keyboard } = page;
    const tabTo = async (target: Locator): Promise<void> => {
      for (let count = 0; count < 25; count += 1) {
        if (await target.evaluate((element) => element.contains(document.activeElement))) return;
        await keyboard.press('Tab');
      }
      throw new Error('the keyboard does not get there');
    };
    await atStep(page, 'language');
    await tabTo(page.getByRole('radiogroup'));
    await keyboard.press('Enter');
    if ((await page.getByTestId('setup').getAttribute('data-step')) === 'language') {
      await tabTo(next(page));
      await keyboard.press('Enter');
    }
    await atStep(page, 'store');
    await tabTo(page.getByLabel('Store ID'));
    await keyboard.type('store_keys');
    await keyboard.press('Enter');
    await atStep(page, 'cloud');
    await tabTo(next(page));
    await keyboard.press('Enter');
    await atStep(page, 'detector');
    await tabTo(page.getByText('For developers: how to send a line'));
    await keyboard.press('Enter');
    await expect(page.getByLabel('Path of the socket')).toContainText('bridge');
    await tabTo(page.getByRole('button', { name: 'Back' }));
    await keyboard.press('Enter');
    await atStep(page, 'cloud');
    await tabTo(page.getByRole('button', { name: 'Skip this step' }));
    await keyboard.press('Enter');
    await atStep(page, 'detector');
    await tabTo(next(page));
    await keyboard.press('Enter');
    await atStep(page, 'done');
    await tabTo(page.getByRole('button', { name: 'Open the console' }));
    await keyboard.press('Enter');
    await expect(page.getByTestId('verdict')).toContainText('Ready. No records yet');
    await expect(page.locator('.sidebar .location')).toHaveText('store_keys');
  });

  test('can leave the set-up at once and find it again in the settings', async () => {
    const { page } = await start();
    await page.getByRole('button', { name: 'Skip the set-up' }).click();
    await expect(page.getByTestId('verdict')).toContainText('Ready. No records yet');
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('button', { name: 'Run the set-up again' }).click();
    await atStep(page, 'language');
    await page.getByRole('button', { name: 'Skip the set-up' }).click();
    await expect(page.getByTestId('verdict')).toBeVisible();
  });
});

test.describe('the step of the cloud', () => {
  async function toProject(page: Page): Promise<void> {
    await next(page).click();
    await next(page).click();
    await atStep(page, 'cloud');
    await page.getByText('Supabase project', { exact: true }).click();
  }

  test('says at the field what is wrong with an address or a key, and what answers there instead', async () => {
    const { page } = await start();
    await toProject(page);
    const check = page.getByRole('button', { name: 'Check the connection' });
    await check.click();
    await expect(page.getByText('This is needed.')).toHaveCount(2);

    await page.getByLabel('Project address').fill('http://example.org');
    await page.getByLabel('Publishable key').fill('sb_secret_0123456789');
    await check.click();
    await expect(
      page.getByText('It must be the address of the project and begin with https://.'),
    ).toBeVisible();
    await page.getByLabel('Project address').fill('http://127.0.0.1:9');
    await check.click();
    await expect(page.getByText(/This opens every store and must not lie on a box/)).toBeVisible();

    await page.getByLabel('Publishable key').fill('sb_publishable_0123456789');
    await check.click();
    await expect(page.getByTestId('check-result')).toContainText('The project does not answer');
    await expect(page.getByTestId('check-result')).toContainText('Nothing is lost');
    await screenshot(page, 'setup-wrong-address', { fullPage: true });
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test('says at the field what can be no key and no token, keeps none of it, and takes the address of a project’s page', async () => {
    const { page } = await start();
    await toProject(page);
    const check = page.getByRole('button', { name: 'Check the connection' });
    await page
      .getByLabel('Project address')
      .fill('https://supabase.com/dashboard/project/abcdefghijklmnopqrst/settings/api');
    await page.getByLabel('Publishable key').fill('密钥');
    await check.click();
    await expect(page.getByTestId('took-address')).toContainText('https://abcdefghijklmnopqrst.supabase.co');
    await expect(page.getByLabel('Project address')).toHaveValue('https://abcdefghijklmnopqrst.supabase.co');
    await expect(page.getByText('It holds a character that no key and no token has.')).toBeVisible();
    await page.getByLabel('Project address').fill('http://127.0.0.1:59999');
    await page.getByLabel('Publishable key').fill('sb_publishable_0123456789');
    await page.getByLabel('Device token').fill('garbage');
    await check.click();
    await expect(page.getByText('This is no device token.')).toBeVisible();
    await next(page).click();
    await expect(page.getByText('This is no device token.')).toBeVisible();
    expect(existsSync(join(box.path, 'api-key.json'))).toBe(false);
    expect(
      existsSync(join(box.path, 'config.json')) && readFileSync(join(box.path, 'config.json'), 'utf8'),
    ).not.toContain('59999');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByLabel('Device token').fill('');
    await check.click();
    await expect(page.getByTestId('check-result')).toContainText('nothing listens at this address');
    // What Next was pressed for has had its time: it was neither kept nor passed.
    await expect(page.getByTestId('setup')).toHaveAttribute('data-step', 'cloud');
    for (const name of ['api-key.json', 'device-token.json'])
      expect(existsSync(join(box.path, name))).toBe(false);
  });

  test('ends with the cloud that was chosen, and says that a key is kept for one that was not', async () => {
    const { page } = await start();
    await toProject(page);
    await page.getByLabel('Project address').fill('http://127.0.0.1:59999');
    await page.getByLabel('Publishable key').fill('sb_publishable_0123456789');
    await page.getByLabel('Device token').fill('V3JpdHRlbl9ieV9oYW5k');
    await next(page).click();
    await expect(page.getByRole('button', { name: 'Go on all the same' })).toBeVisible();
    await page.getByText('On this box', { exact: true }).click();
    await next(page).click();
    await atStep(page, 'detector');
    await next(page).click();
    await atStep(page, 'done');
    await expect(page.getByText('Records are kept on this box, in its own local cloud.')).toBeVisible();
    await expect(page.locator('body')).not.toContainText('59999');
    await expect(page.getByTestId('kept-secrets')).toContainText(
      'While records stay on this box it is not used.',
    );
    await screenshot(page, 'setup-kept-secrets', { fullPage: true });
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Remove it' }).click();
    await expect(page.getByTestId('kept-removed')).toBeVisible();
    await expect(page.getByTestId('kept-secrets')).toHaveCount(0);
    for (const name of ['api-key.json', 'device-token.json'])
      expect(existsSync(join(box.path, name))).toBe(false);
  });

  test('names the migration that a project lacks, shows its SQL, and goes on when it was run', async () => {
    const cloud = await startTestCloud();
    try {
      await cloud.sql(
        `drop function backhaul_verify cascade; delete from backhaul_migrations where name = '0002_verify'; notify pgrst, 'reload schema'`,
      );
      const { page, app } = await start();
      await next(page).click();
      await page.getByLabel('Store ID').fill('store_window');
      await next(page).click();
      await page.getByText('Supabase project', { exact: true }).click();
      await page.getByLabel('Project address').fill(cloud.url);
      await page.getByLabel('Publishable key').fill(cloud.apiKey);
      await page.getByLabel('Device token').fill(await cloud.token('store_window'));
      await page.getByRole('button', { name: 'Check the connection' }).click();
      await expect(page.getByTestId('missing-migrations')).toHaveText('Missing migration: 0002_verify');
      await expect(page.getByTestId('check-sql')).toContainText(
        'create or replace function public.backhaul_verify',
      );
      await screenshot(page, 'setup-missing-migration', { fullPage: true });
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.getByTestId('check-sql').getByRole('button', { name: 'Copy' }).click();
      await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
      const sql = await app.evaluate(({ clipboard }) => clipboard.readText());
      await cloud.sql(sql);

      await next(page).click();
      await atStep(page, 'detector');
      await sendToBridge((await engineInfo(box.open)).bridgeSocket, recording(6));
      await expect(page.getByTestId('detector')).toHaveAttribute('data-sign', 'arrived');
      await next(page).click();
      await page.getByRole('button', { name: 'Open the console' }).click();
      await page.getByRole('button', { name: 'Sync everything now' }).click();
      await expect(page.getByTestId('verdict')).toContainText(/All \d+ records are safe in the cloud/);
      expect(await cloud.sql('select 1 from "ASE_division_states"')).toHaveLength(6);
    } finally {
      await cloud.close();
    }
  });
});

test('no step has an accessibility fault in any language and appearance', async () => {
  const console = await start();
  const { page } = console;
  const examine = (step: string): Promise<void> =>
    inEachLook(console, async (_look, name) => {
      await screenshot(page, `setup-${step}-${name}`, { fullPage: true });
      expect(await accessibilityFaults(page), step).toEqual([]);
    });
  for (const step of ['language', 'store', 'cloud', 'detector', 'done']) {
    await atStep(page, step);
    await examine(step);
    if (step === 'cloud') {
      await page.getByTestId('connection-kind').getByRole('radio').last().click();
      await examine('project');
      await page.getByTestId('connection-kind').getByRole('radio').first().click();
    }
    if (step !== 'done') await page.locator('.setup-actions button[type=submit]').click();
  }
  expect(console.complaints).toEqual([]);
});
