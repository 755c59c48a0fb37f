import { expect, type Page, test } from 'playwright/test';
import { stopLocalCloud } from '../../src-main/engine/local-cloud/service.ts';
import { recording, sendToBridge } from '../support/bridge-lines.ts';
import { startTestCloud, type TestCloud } from '../support/test-cloud.ts';
import { accessibilityFaults } from './accessibility.ts';
import { engineInfo } from './console.ts';
import { eachConsole } from './each-console.ts';
import { inEachLook } from './each-look.ts';
import { screenshotOfView } from './screenshots.ts';

const box = eachConsole();
let cloud: TestCloud;

test.beforeAll(async () => {
  cloud = await startTestCloud();
});

test.afterAll(() => cloud.close());

const start = box.start;

async function toCloud(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.location.hash = '#/cloud';
  });
  await expect(page.getByTestId('reach')).toBeVisible();
}

const project = async (): Promise<Record<string, string>> => ({
  SUPABASE_URL: cloud.url,
  SUPABASE_PUBLISHABLE_KEY: cloud.apiKey,
  BACKHAUL_DEVICE_TOKEN: await cloud.token('store_window'),
  BACKHAUL_SYNC_ATTEMPTS: '1',
});

test.describe('Cloud', () => {
  test('says that the local cloud lies on this box, is complete, and agrees', async () => {
    const console = await start();
    const { page } = console;
    await sendToBridge((await engineInfo(console)).bridgeSocket, recording(20));
    await console.call('sync.start', { mode: 'full' });
    await toCloud(page);
    await expect(page.getByTestId('reach')).toContainText('Local cloud on this box');
    await expect(page.getByTestId('reach')).toContainText('no account is needed');
    await expect(page.locator('body')).not.toContainText('in the cloud');
    await page.getByRole('button', { name: 'Compare now' }).click();
    await expect(page.getByTestId('verify-result')).toContainText('Both copies on this box agree');
    await expect(page.locator('[data-stream=division_states]')).toContainText('2020Agrees');
    await page.getByRole('button', { name: 'Check now' }).click();
    await expect(page.getByTestId('check-result')).toContainText('Everything is there');
    await screenshotOfView(page, 'cloud-local');
    expect(console.complaints).toEqual([]);
  });

  test('says within ten seconds that the local cloud was stopped, and that nothing is lost', async () => {
    const { page } = await start();
    await toCloud(page);
    await expect(page.getByTestId('reach')).toHaveAttribute('data-reach', 'answers');
    await stopLocalCloud(box.path);
    await expect(page.getByTestId('reach')).toHaveAttribute('data-reach', 'silent', { timeout: 10_000 });
    await expect(page.getByTestId('reach')).toContainText('Nothing is lost');
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test('names project, key, sign-in and clock, and holds no secret', async () => {
    const env = await project();
    const { page } = await start({ env });
    await toCloud(page);
    await expect(page.getByTestId('reach')).toHaveAttribute('data-reach', 'answers');
    await expect(page.getByTestId('address')).toHaveText(cloud.url);
    await expect(page.getByTestId('key')).toContainText('Publishable key');
    await expect(page.getByTestId('key')).toContainText('given by the environment of this computer');
    await expect(page.getByTestId('sign-in')).toContainText('Signed in for the store store_window.');
    await expect(page.getByTestId('sign-in')).toContainText('It is good until');
    await expect(page.getByTestId('clock')).toHaveText('Agrees with the cloud');
    const content = await page.content();
    expect(content).not.toContain(env.BACKHAUL_DEVICE_TOKEN);
    expect(content).not.toContain(cloud.apiKey);
    await screenshotOfView(page, 'cloud-project');
  });

  test('finds what vanished from the cloud, and sends it again with one press', async () => {
    const console = await start({ env: await project() });
    const { page } = console;
    await sendToBridge((await engineInfo(console)).bridgeSocket, recording(30));
    await console.call('sync.start', { mode: 'full' });
    await cloud.sql('delete from "ASE_division_states" where frame_number > 600');
    await toCloud(page);
    await page.getByRole('button', { name: 'Compare now' }).click();
    await expect(page.getByTestId('disagreement')).toContainText(
      '10 records are missing in the cloud. They are still on this box.',
    );
    await expect(page.locator('[data-stream=division_states]')).toContainText('3020Differs');
    await screenshotOfView(page, 'cloud-differs');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Send again what is missing' }).click();
    await expect(page.getByTestId('verify-result')).toContainText('The cloud holds everything that was sent');
    expect(await cloud.sql('select 1 from "ASE_division_states"')).toHaveLength(30);
  });

  test('asks before it overwrites what differs', async () => {
    const console = await start({ env: await project() });
    const { page } = console;
    await sendToBridge((await engineInfo(console)).bridgeSocket, recording(10));
    await console.call('sync.start', { mode: 'full' });
    await cloud.sql(`update "ASE_division_states" set total_staff = 9 where frame_number = 30`);
    await toCloud(page);
    await page.getByRole('button', { name: 'Compare now' }).click();
    await expect(page.getByTestId('disagreement')).toContainText(
      'No record is missing, but one has another content in the cloud than on this box.',
    );
    await expect(page.getByRole('button', { name: 'Send again what is missing' })).toHaveCount(0);
    await expect(page.getByRole('button', { name: 'Accept the loss…' })).toHaveCount(0);
    await page.getByRole('button', { name: 'Overwrite what differs…' }).click();
    await expect(page.getByTestId('differs-dialog')).toContainText(
      'What stands in the cloud for them now is replaced',
    );
    expect(await accessibilityFaults(page)).toEqual([]);
    const staff = () => cloud.sql('select total_staff from "ASE_division_states" where frame_number = 30');
    expect(await staff()).toEqual([{ total_staff: 9 }]);
    await page.getByRole('button', { name: 'Overwrite', exact: true }).click();
    await expect(page.getByTestId('verify-result')).toBeVisible();
    expect(await staff()).not.toEqual([{ total_staff: 9 }]);
  });

  test('agrees where the cloud holds one record more, and says that it does', async () => {
    await cloud.sql('delete from "ASE_division_states"');
    const console = await start({ env: await project() });
    const { page } = console;
    await sendToBridge((await engineInfo(console)).bridgeSocket, recording(10));
    await console.call('sync.start', { mode: 'full' });
    await cloud.sql(
      `insert into "ASE_division_states" overriding user value select (jsonb_populate_record(one, '{"frame_number": 100000}')).*
       from "ASE_division_states" one where frame_number = 30 and location_id = 'store_window'`,
    );
    try {
      await toCloud(page);
      await page.getByRole('button', { name: 'Compare now' }).click();
      await expect(page.getByTestId('verify-result')).toContainText(
        'It also holds one more record that is not among those sent from here.',
      );
      await expect(page.locator('[data-stream=division_states]')).toContainText(
        'Agrees and one more that was not sent from here',
      );
    } finally {
      await cloud.sql('delete from "ASE_division_states" where frame_number = 100000');
    }
  });

  test('tells no result of another cloud, and none after a sync', async () => {
    const other = await startTestCloud();
    try {
      const console = await start();
      const { page, call } = console;
      const connect = async ({ url, apiKey, token }: TestCloud): Promise<void> => {
        await call('config.set', { values: { 'cloud.url': url } });
        await call('cloud.setKey', { apiKey });
        await call('cloud.signIn', { token: await token('store_window') });
        await page.evaluate(() => {
          window.location.hash = '#/settings';
        });
        await page.getByRole('button', { name: 'Start the engine anew' }).click();
        await expect(page.getByTestId('restart-needed')).toHaveCount(0);
        await toCloud(page);
        await expect(page.getByTestId('reach')).toContainText(new URL(url).host);
        await expect(page.getByTestId('reach')).toHaveAttribute('data-reach', 'answers');
      };
      await connect(cloud);
      await sendToBridge((await engineInfo(console)).bridgeSocket, recording(6));
      await call('sync.start', { mode: 'full' });
      await page.getByRole('button', { name: 'Compare now' }).click();
      await expect(page.getByTestId('verify-result')).toBeVisible();
      await page.getByRole('button', { name: 'Check now' }).click();
      await expect(page.getByTestId('checked-at')).toContainText('Checked');

      await connect(other);
      await expect(page.getByTestId('other-cloud')).toBeVisible();
      for (const result of ['verify-result', 'verify-table', 'check-result', 'checked-at'])
        await expect(page.getByTestId(result)).toHaveCount(0);
      await expect(page.getByText('Nothing has been compared yet.')).toBeVisible();

      await other.sql('revoke update on "ASE_sessions" from authenticated');
      await page.getByRole('button', { name: 'Check now' }).click();
      await expect(page.getByTestId('check-sql')).toBeVisible();
      await page.getByRole('button', { name: 'Switch to it' }).click();
      await page.getByTestId('switch-dialog').getByRole('button', { name: 'Switch to it' }).click();
      await expect(page.getByTestId('switched')).toBeVisible();
      await expect(page.getByTestId('check-sql')).toHaveCount(0);
      await page.getByRole('button', { name: 'Check now' }).click();
      await expect(page.getByTestId('check-sql')).toBeVisible();
      await other.sql('grant update on "ASE_sessions" to authenticated');
      await call('sync.start', { mode: 'full' });
      await expect(page.getByTestId('check-sql')).toHaveCount(0);
      await expect(page.getByText(/Last compared .*: both sides agreed/)).toBeVisible();
    } finally {
      await other.close();
    }
  });

  test('shows the exact SQL where the project lacks something', async () => {
    const lacking = await startTestCloud();
    try {
      await lacking.sql('revoke update on "ASE_sessions" from authenticated');
      const env = {
        SUPABASE_URL: lacking.url,
        SUPABASE_PUBLISHABLE_KEY: lacking.apiKey,
        BACKHAUL_DEVICE_TOKEN: await lacking.token('store_window'),
      };
      const { page, app } = await start({ env });
      await toCloud(page);
      await page.getByRole('button', { name: 'Check now' }).click();
      await expect(page.getByTestId('findings')).toContainText('Devices lack a right on ASE_sessions');
      await page.getByTestId('check-sql').getByRole('button', { name: 'Copy' }).click();
      await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
      const sql = await app.evaluate(({ clipboard }) => clipboard.readText());
      expect(sql).toContain('grant select, insert, update on table public."ASE_sessions" to authenticated');
      await screenshotOfView(page, 'cloud-lacking');
      expect(await accessibilityFaults(page)).toEqual([]);
      await lacking.sql(sql);
      await page.getByRole('button', { name: 'Check now' }).click();
      await expect(page.getByTestId('check-result')).toContainText('Everything is there');
    } finally {
      await lacking.close();
    }
  });

  test('says that records belong to another cloud, and switches when asked', async () => {
    const console = await start();
    await sendToBridge((await engineInfo(console)).bridgeSocket, recording(8));
    await console.call('sync.start', { mode: 'full' });
    await console.app.close();
    await cloud.sql('delete from "ASE_locations"');

    const { page, call } = await start({ env: await project() });
    await call('sync.start', { mode: 'full' });
    await toCloud(page);
    await expect(page.getByTestId('other-cloud')).toContainText('went to the local cloud on this box');
    await expect(page.getByTestId('other-cloud')).toContainText('Nothing is sent until you switch');
    await screenshotOfView(page, 'cloud-other');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Switch to it' }).click();
    await expect(page.getByTestId('switch-dialog')).toContainText(
      'Bring over what only the local cloud still holds',
    );
    await page.getByTestId('switch-dialog').getByRole('button', { name: 'Switch to it' }).click();
    await expect(page.getByTestId('switched')).toContainText(/\d+ records wait to be sent to the new cloud/);
    await expect(page.getByTestId('other-cloud')).toHaveCount(0);
    await call('sync.start', { mode: 'full' });
    expect(await cloud.sql('select 1 from "ASE_division_states"')).toHaveLength(8);
  });

  for (const [problem, env, words] of [
    ['no key', { SUPABASE_URL: 'https://a.supabase.co' }, 'but no key for it'],
    [
      'a secret key',
      { SUPABASE_URL: 'https://a.supabase.co', SUPABASE_ANON_KEY: 'sb_secret_0123456789' },
      'opens every store',
    ],
    [
      'no sign-in',
      { SUPABASE_URL: 'https://a.supabase.co', SUPABASE_ANON_KEY: 'sb_publishable_0123456789' },
      'not signed in to the project yet',
    ],
  ] as const) {
    test(`says what is wrong with the connection and leads to where it is mended: ${problem}`, async () => {
      const { page } = await start({ env });
      await toCloud(page);
      await expect(page.getByTestId('reach')).toContainText(words);
      await expect(page.getByTestId('reach')).toContainText('every record stays safe on this box');
      await expect(page.locator('body')).not.toContainText('sb_secret_0123456789');
      await page.getByRole('link', { name: 'Go to the settings' }).first().click();
      await expect(page.getByRole('heading', { name: 'Connection' })).toBeFocused();
    });
  }

  test('has no accessibility fault in any language and appearance', async () => {
    const console = await start({
      env: {
        SUPABASE_URL: 'http://127.0.0.1:9',
        SUPABASE_ANON_KEY: 'sb_publishable_0123456789',
        BACKHAUL_DEVICE_TOKEN: await cloud.token('store_window'),
      },
    });
    const { page } = console;
    await toCloud(page);
    await expect(page.getByTestId('reach')).toHaveAttribute('data-reach', 'silent');
    await page.locator('.panel button').last().click();
    await inEachLook(console, async (_look, name) => {
      await expect(page.getByTestId('check-result')).toBeVisible();
      await screenshotOfView(page, `cloud-${name}`);
      expect(await accessibilityFaults(page)).toEqual([]);
    });
  });
});
