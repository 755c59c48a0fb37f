import { expect, test } from 'vitest';
import { withCloudBoxes } from '../../../e2e/support/cloud-boxes.ts';
import type { Treatment } from '../../../e2e/support/cutting-proxy.ts';
import { insertDivisionState, type TestBox, targetOf } from '../../../e2e/support/test-box.ts';
import type { CloudTarget } from '../cloud/service.ts';
import { localCloudPaths } from '../local-cloud/paths.ts';
import { readOrCreateSecrets } from '../local-cloud/secrets.ts';
import { grantFor, signAccessToken } from '../local-cloud/tokens.ts';

const boxes = withCloudBoxes();

async function boxWith(records: number): Promise<TestBox> {
  const box = await boxes.open();
  for (let frame = 0; frame < records; frame += 1) insertDivisionState(box, frame);
  return box;
}

const states = 'public."ASE_division_states"';
const oldKey = `ALTER TABLE ${states} DROP CONSTRAINT "ASE_division_states_location_id_session_id_camera_id_frame__key"`;
const newKey = `ALTER TABLE ${states} ADD CONSTRAINT "ASE_division_states_location_id_session_id_camera_id_frame__key" UNIQUE (location_id, session_id, camera_id, frame_number)`;

const faults: readonly (readonly [name: string, breakIt: string, mendIt: string, words: RegExp])[] = [
  [
    'a dropped table',
    `ALTER TABLE ${states} RENAME TO elsewhere`,
    `ALTER TABLE public.elsewhere RENAME TO "ASE_division_states"`,
    /ASE_division_states.*Nothing is lost.*backhaul cloud (check|migrate)/s,
  ],
  [
    'a missing column',
    `ALTER TABLE ${states} RENAME COLUMN total_staff TO staff`,
    `ALTER TABLE ${states} RENAME COLUMN staff TO total_staff`,
    /total_staff.*Nothing is lost|Nothing is lost.*total_staff/s,
  ],
  [
    'a revoked grant',
    `REVOKE INSERT ON ${states} FROM authenticated`,
    `GRANT INSERT ON ${states} TO authenticated`,
    /permission|grant|may not/i,
  ],
  ['a key without the location', oldKey, newKey, /backhaul cloud check/],
];

test.each(faults)(
  '%s blocks the stream, sets nothing aside, and it goes on when mended',
  async (_name, breakIt, mendIt, words) => {
    const box = await boxWith(30);
    await boxes.cloud.sql(breakIt);
    let run: Awaited<ReturnType<TestBox['run']>>;
    try {
      await boxes.cloud.reloadSchema();
      run = await box.run();
    } finally {
      await boxes.cloud.sql(mendIt);
      await boxes.cloud.reloadSchema();
    }
    expect(run).toMatchObject({ status: 'partial', faultCode: 'misconfigured', quarantined: 0, failed: 30 });
    expect(run.error).toMatch(words);
    expect(box.sync.quarantine.list({ resolved: true, limit: 5 })).toEqual([]);
    expect(await box.run()).toMatchObject({ status: 'success', sent: 30, verified: true });
  },
);

test('another unique key, without the location, blocks what collides and sets nothing aside', async () => {
  const first = await boxWith(3);
  const second = await boxWith(3);
  await first.run();
  await boxes.cloud.sql(
    `CREATE UNIQUE INDEX strange ON ${states} (session_id, camera_id, frame_number, (location_id = '${first.locationId}' OR location_id = '${second.locationId}')) WHERE location_id IN ('${first.locationId}', '${second.locationId}')`,
  );
  try {
    const run = await second.run();
    expect(run).toMatchObject({ faultCode: 'misconfigured', quarantined: 0, failed: 3 });
    expect(run.error).toMatch(/unique.*location|location.*unique/is);
  } finally {
    await boxes.cloud.sql('DROP INDEX strange');
  }
  expect(await second.run()).toMatchObject({ status: 'success', sent: 3 });
});

test('a read-only token sends nothing and says so', async () => {
  const box = await boxWith(2);
  const { cloud, proxy } = boxes;
  const deviceToken = await cloud.token(box.locationId, { readOnly: true });
  const target = { ...(await targetOf(cloud, box.locationId, proxy.url)), deviceToken } as CloudTarget;
  const reader = await boxes.reopen(box, target);
  const before = proxy.requests().get('POST /rest/v1/ASE_locations') ?? 0;
  const run = await reader.run();
  expect(run).toMatchObject({ status: 'failed', faultCode: 'misconfigured', sent: 0, quarantined: 0 });
  expect(run.error).toMatch(/may only read/);
  expect(proxy.requests().get('POST /rest/v1/ASE_locations') ?? 0).toBe(before);
});

test('a token that expires in the middle of a run ends it with a clear word, and nothing is lost', async () => {
  const box = await boxWith(30);
  const { cloud, proxy } = boxes;
  // PostgREST forgives half a minute, so this one is good for six seconds more.
  const secrets = await readOrCreateSecrets(localCloudPaths(cloud.dataDir));
  const wanted = { locationId: box.locationId, readOnly: false, ttlSeconds: 1 };
  const began = Date.now();
  const deviceToken = await signAccessToken(secrets, grantFor(secrets, wanted), 1, new Date(began - 25_000));
  const target = { ...(await targetOf(cloud, box.locationId, proxy.url)), deviceToken } as CloudTarget;
  const dying = await boxes.reopen(box, target);
  proxy.treat(async ({ url }): Promise<Treatment> => {
    if (url?.includes('division_states') === true)
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, began + 8000 - Date.now())));
    return 'pass';
  });
  const run = await dying.run();
  expect(run).toMatchObject({ faultCode: 'unauthorized', errorGroup: 'sign_in', sent: 3, quarantined: 0 });
  expect(run.error).toMatch(/sign-in|token/);
  const marked = dying.other
    .prepare('SELECT count(*) FROM division_states WHERE synced_to_cloud = 1')
    .pluck();
  expect(marked.get()).toBe(0);
  const alive = await boxes.reopen(dying, await targetOf(cloud, box.locationId, proxy.url));
  expect(await alive.run()).toMatchObject({ status: 'success', verified: true });
});
