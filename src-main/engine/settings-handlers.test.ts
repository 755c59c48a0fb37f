import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestCloud, type TestCloud } from '../../e2e/support/test-cloud.ts';
import { camera, withSettingsBox } from './settings-fixture.ts';

let cloud: TestCloud;
const box = withSettingsBox();
beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud.close());

test.each([
  ['no_key', {}],
  ['powerful_key', { SUPABASE_ANON_KEY: 'sb_secret_abcdefgh' }],
  ['no_sign_in', { SUPABASE_ANON_KEY: 'sb_publishable_x' }],
  ['powerful_token', { SUPABASE_ANON_KEY: 'sb_publishable_x', BACKHAUL_DEVICE_TOKEN: 'sb_secret_abcdefgh' }],
  ['bad_address', { SUPABASE_ANON_KEY: 'sb_publishable_x', SUPABASE_URL: 'http://example.org' }],
] as const)('a configuration that cannot be used says why: %s', async (problem, more) => {
  const { client } = await box.start({ SUPABASE_URL: 'https://a.supabase.co', ...more });
  expect(await client.call('cloud.details', {})).toMatchObject({
    problem,
    problemMessage: expect.any(String),
  });
});

test('a box that woke up sends at once what waits', async () => {
  const seldom = '0 0 29 2 *';
  const { client } = await box.start(
    {
      BACKHAUL_SCHEDULE_ENABLED: 'true',
      BACKHAUL_SCHEDULE_HOURLY: seldom,
      BACKHAUL_SCHEDULE_FULL: seldom,
      SUPABASE_URL: cloud.url,
      SUPABASE_ANON_KEY: cloud.apiKey,
      BACKHAUL_DEVICE_TOKEN: await cloud.token('store_1'),
    },
    true,
  );
  await box.produce([camera]);
  const runs = () => client.call('history.list', {});
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect(await runs()).toEqual([]);
  await client.call('schedule.wake', { cause: 'resumed' });
  await vi.waitFor(
    async () => expect(await runs()).toMatchObject([{ trigger: 'catch-up', status: 'success' }]),
    { timeout: 45_000 },
  );
});

test('the location can be chosen until records fix it', async () => {
  const { client } = await box.start();
  await client.call('config.set', { values: { 'location.id': 'store_9' } });
  await client.call('config.set', { values: { 'location.id': 'store_1' } });
  const again = (await box.start()).client;
  await box.produce([camera]);
  const report = await again.call('config.get', {});
  expect(report.fixedLocationId).toBe('store_1');
  await expect(again.call('config.set', { values: { 'location.id': 'store_2' } })).rejects.toMatchObject({
    code: 'invalid_input',
    details: { faults: [{ path: 'location.id', reason: expect.stringMatching(/fixed/) }] },
  });
});
