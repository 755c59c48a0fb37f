import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createProgram } from '../../src-main/cli/program.ts';
import type { RunResult } from '../../src-main/contract/run-shapes.ts';
import type { CloudCheck } from '../../src-main/engine/cloud/service.ts';
import { adminConnectionString } from '../../src-main/engine/local-cloud/service.ts';
import { backhaul, type CommandResult } from '../support/command-line.ts';
import { askFile } from '../support/reading.ts';
import { makeRecording, ndjson } from '../support/records.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startTestCloud, type TestCloud } from '../support/test-cloud.ts';

const folder = temporaryFolder('access');
let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(async () => {
  await cloud.close();
  folder.remove();
});

const project = (extra: Record<string, string> = {}): Record<string, string> => ({
  SUPABASE_URL: cloud.url,
  SUPABASE_PUBLISHABLE_KEY: cloud.apiKey,
  ...extra,
});

interface Box {
  readonly dataDir: string;
  run(args: readonly string[], env?: Record<string, string>, input?: string): Promise<CommandResult>;
  marked(): number;
}

async function boxWithRecords(locationId: string, states = 20): Promise<Box> {
  const dataDir = join(folder.path, locationId);
  const { lines } = makeRecording({ locationId, states, sessions: 1 });
  expect((await backhaul(['ingest'], { dataDir, input: ndjson(lines) })).code).toBe(0);
  return {
    dataDir,
    run: (args, env = project(), input = '') => backhaul(args, { dataDir, env, input }),
    marked: () =>
      askFile<{ n: number }>(
        dataDir,
        `SELECT (SELECT count(*) FROM division_states WHERE synced_to_cloud = 1)
          + (SELECT count(*) FROM table_states WHERE synced_to_cloud = 1) AS n`,
      )[0]?.n ?? -1,
  };
}

const syncAll = ['sync', '--mode', 'full', '--json'];

/** Whether any file below a folder holds the text. */
function anyFileHolds(place: string, text: string): boolean {
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .some((entry) => readFileSync(join(entry.parentPath, entry.name)).includes(text));
}

test('every command about the cloud has examples in its help', async () => {
  const cloudCommand = createProgram().commands.find((command) => command.name() === 'cloud');
  const words = cloudCommand?.commands.map((command) => {
    const help: string[] = [];
    command.configureOutput({ writeOut: (text) => void help.push(text) }).outputHelp();
    expect(help.join('')).toContain(`Examples:\n  backhaul cloud ${command.name()}`);
    return command.name();
  });
  expect(words?.sort()).toEqual(
    'check enroll migrate secret-key sign-in sign-out start status stop switch token'.split(' '),
  );
  const { code, stdout } = await backhaul(['cloud', 'token', '--help']);
  expect([code, stdout]).toEqual([0, expect.stringContaining('Examples:\n  backhaul cloud token')]);
});

test('cloud check says that all is there, and with 5 what is missing as SQL that can be pasted', async () => {
  const box = await boxWithRecords('store_check');
  const env = project({ BACKHAUL_DEVICE_TOKEN: await cloud.token('store_check') });
  const clean = await box.run(['cloud', 'check', '--json'], env);
  expect([clean.code, clean.json<CloudCheck>()]).toMatchObject([0, { ok: true, findings: [], sql: '' }]);
  await cloud.sql(
    `revoke insert on "ASE_sessions" from authenticated; alter table "ASE_cameras" add constraint stray unique (camera_id)`,
  );
  const blocked = await box.run(syncAll, env);
  expect([blocked.code, box.marked()]).toEqual([5, 0]);
  expect(blocked.stderr).toMatch(
    /the table ASE_sessions.*GRANT is missing.*Nothing is lost.*backhaul cloud check/,
  );
  const found = await box.run(['cloud', 'check'], env);
  expect([found.code, found.stdout]).toEqual([
    5,
    expect.stringMatching(/^-- [\s\S]*ASE_sessions[\s\S]*stray[\s\S]*commit;\n$/),
  ]);
  const owner = await adminConnectionString(cloud.dataDir);
  const direct = await box.run(['cloud', 'check', '--db-url', '-', '--json'], {}, owner);
  expect([direct.code, direct.json<CloudCheck>().findings.map(({ name }) => name)]).toEqual([
    5,
    ['extra_key', 'grant'],
  ]);
  expect(direct.stdout + direct.stderr).not.toContain(new URL(owner).password);
  await cloud.sql(found.stdout);
  expect((await box.run(['cloud', 'check'], env)).code).toBe(0);
  expect((await box.run(syncAll, env)).code).toBe(0);
});

test('a unique key of the project that two stores collide in blocks the second, with its name', async () => {
  const [first, second] = [await boxWithRecords('store_first'), await boxWithRecords('store_second')];
  const env = async (location: string): Promise<Record<string, string>> =>
    project({ BACKHAUL_DEVICE_TOKEN: await cloud.token(location) });
  await cloud.sql(`delete from "ASE_locations"; create unique index one_camera on "ASE_cameras" (camera_id)`);
  expect((await first.run(syncAll, await env('store_first'))).code).toBe(0);
  const refused = await second.run(syncAll, await env('store_second'));
  expect([refused.code, refused.json<RunResult>().quarantined, second.marked()]).toEqual([5, 0, 0]);
  expect(refused.stderr).toMatch(/unique key one_camera.*lacks the location.*backhaul cloud check/);
  const found = await second.run(['cloud', 'check', '--json'], await env('store_second'));
  await cloud.sql(found.json<CloudCheck>().sql);
  expect((await second.run(syncAll, await env('store_second'))).code).toBe(0);
});

test('cloud check ends with 4 where nobody answers, and with 5 where the token is the fault', async () => {
  const box = await boxWithRecords('store_tokens', 3);
  const token = await cloud.token('store_tokens');
  const nobody = await box.run(['cloud', 'check'], {
    ...project({ BACKHAUL_DEVICE_TOKEN: token }),
    SUPABASE_URL: 'http://127.0.0.1:9',
  });
  expect([nobody.code, nobody.stdout]).toEqual([4, '']);
  for (const [bearer, words] of [
    [await cloud.token('store_tokens', { readOnly: true }), /may only read/],
    [await cloud.token('store_other'), /"store_other", this box is "store_tokens"/],
    ['no.token.atall', /sign-in/],
    ['no-such-refresh-token', /does not renew/],
  ] as const) {
    const { code, stdout, stderr } = await box.run(
      ['cloud', 'check'],
      project({ BACKHAUL_DEVICE_TOKEN: bearer }),
    );
    expect([code, stdout]).toEqual([5, expect.stringMatching(words)]);
    expect(stdout + stderr).not.toContain(bearer);
  }
});

test('a box signs in with a refresh token, sends, and waits when it is signed out', async () => {
  const box = await boxWithRecords('store_signed');
  const printed = await backhaul(
    ['cloud', 'token', '--location', 'store_signed', '--renewable', '--ttl', '10m'],
    { dataDir: cloud.dataDir },
  );
  const token = printed.stdout.trim();
  expect([printed.code, token.split('.').length]).toEqual([0, 1]);
  const without = await box.run(syncAll);
  expect([without.code, without.stderr]).toEqual([
    5,
    expect.stringMatching(/no device token.*cloud sign-in/),
  ]);
  const signedIn = await box.run(['cloud', 'sign-in', '--json'], project(), `${token}\n`);
  expect([signedIn.code, signedIn.json()]).toEqual([
    0,
    { signedIn: true, tried: true, locationId: 'store_signed', readOnly: false },
  ]);
  expect(statSync(join(box.dataDir, 'device-token.json')).mode & 0o777).toBe(0o600);
  for (let count = 0; count < 2; count += 1) expect((await box.run(syncAll)).code).toBe(0);
  expect(box.marked()).toBe(20);
  expect(anyFileHolds(box.dataDir, token)).toBe(false);
  expect((await box.run(['cloud', 'sign-out'])).code).toBe(0);
  expect((await box.run(syncAll)).code).toBe(5);
});

test('sign-in keeps nothing that it refuses: an empty input, two words, a secret key, a token of nobody or of another store', async () => {
  const box = await boxWithRecords('store_refused', 3);
  const other = await backhaul(['cloud', 'token', '--location', 'store_else', '--renewable'], {
    dataDir: cloud.dataDir,
  });
  const env = project({ BACKHAUL_LOCATION_ID: 'store_refused' });
  for (const [input, code] of [
    ['', 2],
    ['two words', 2],
    ['garbage', 2],
    ['令牌令牌令牌令牌令牌', 2],
    ['sb_publishable_0123456789', 2],
    ['sb_secret_0123456789', 5],
    ['never-made', 5],
    [other.stdout, 5],
  ] as const) {
    const result = await box.run(['cloud', 'sign-in'], env, input);
    expect([input, result.code]).toEqual([input, code]);
    if (input.length > 10) expect(result.stderr).not.toContain(input.trim());
  }
  expect(readdirSync(box.dataDir)).not.toContain('device-token.json');
});

test('an administrator enrolls a device with the secret key, which stays nowhere', async () => {
  const box = await boxWithRecords('store_enrolled');
  const key = (await backhaul(['cloud', 'secret-key'], { dataDir: cloud.dataDir })).stdout.trim();
  const office = join(folder.path, 'office');
  const enroll = ['cloud', 'enroll', '--location', 'store_enrolled'];
  const enrolled = await backhaul(enroll, { dataDir: office, env: project({ SUPABASE_SECRET_KEY: key }) });
  expect([enrolled.code, enrolled.stdout]).toEqual([0, expect.stringMatching(/^[\w-]{20,}\n$/)]);
  expect(enrolled.stdout + enrolled.stderr).not.toContain(key);
  expect((await box.run(['cloud', 'sign-in'], project(), enrolled.stdout)).code).toBe(0);
  expect((await box.run(syncAll)).code).toBe(0);
  const keyless = await backhaul(enroll, { dataDir: office, env: project() });
  expect([keyless.code, keyless.stderr]).toEqual([5, expect.stringContaining('SUPABASE_SECRET_KEY')]);
  const wrong = await backhaul(enroll, {
    dataDir: office,
    env: project({ SUPABASE_SECRET_KEY: 'sb_secret_wrong_wrong' }),
  });
  expect([wrong.code, wrong.stderr]).toEqual([5, expect.not.stringContaining('sb_secret_wrong')]);
  const onBox = await box.run(['sync', '--mode', 'full'], project({ SUPABASE_PUBLISHABLE_KEY: key }));
  expect([onBox.code, onBox.stderr]).toEqual([5, expect.stringMatching(/secret key.*must not lie on a box/)]);
});

test('two stores with the same cameras and sessions: by hand, too, one can do nothing to the other', async () => {
  const rows = (location_id: string) => ({
    ASE_locations: { location_id, city: location_id },
    ASE_cameras: { location_id, camera_id: 'camera_35', camera_name: location_id },
    ASE_camera_rois: {
      location_id,
      camera_id: 'camera_35',
      roi_identifier: 'T1',
      roi_version: '1',
      description: location_id,
    },
    ASE_videos: { location_id, camera_id: 'camera_35', video_filename: 'a.mp4', resolution: location_id },
    ASE_sessions: { location_id, session_id: 's1', camera_id: 'camera_35', resolution: location_id },
    ASE_division_states: {
      location_id,
      session_id: 's1',
      camera_id: 'camera_35',
      frame_number: 1,
      timestamp_recorded: '2025-12-13T00:00:00Z',
      state: 'RED',
    },
    ASE_table_states: {
      location_id,
      session_id: 's1',
      camera_id: 'camera_35',
      frame_number: 1,
      table_id: 'T1',
      timestamp_recorded: '2025-12-13T00:00:00Z',
      state: 'BUSY',
    },
    ASE_sync_status: { location_id, run_key: '5b0c0a3e-3f5f-4f43-9d3c-0c62a4d5a001', status: 'success' },
  });
  const keys: Record<string, string> = {
    ASE_locations: 'location_id',
    ASE_cameras: 'location_id,camera_id',
    ASE_camera_rois: 'location_id,camera_id,roi_identifier,roi_version',
    ASE_videos: 'location_id,camera_id,video_filename',
    ASE_sessions: 'location_id,session_id',
    ASE_division_states: 'location_id,session_id,camera_id,frame_number',
    ASE_table_states: 'location_id,session_id,camera_id,frame_number,table_id',
    ASE_sync_status: 'location_id,run_key',
  };
  const tokens: Record<string, string> = {
    twin_a: await cloud.token('twin_a'),
    twin_b: await cloud.token('twin_b'),
  };
  const as = async (who: string, method: string, path: string, body?: unknown, prefer = '') => {
    const answer = await fetch(`${cloud.url}/rest/v1/${path}`, {
      method,
      headers: {
        apikey: cloud.apiKey,
        authorization: `Bearer ${tokens[who]}`,
        'content-type': 'application/json',
        prefer,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
  };
  const whole = () =>
    cloud.sql(
      `select ${Object.keys(keys)
        .map(
          (table) =>
            `(select jsonb_agg(to_jsonb(t) order by to_jsonb(t)::text) from "${table}" t where location_id like 'twin%') as "${table}"`,
        )
        .join(', ')}`,
    );
  for (const who of ['twin_a', 'twin_b']) {
    for (const [table, row] of Object.entries(rows(who))) {
      const sent = await as(
        who,
        'POST',
        `${table}?on_conflict=${keys[table]}`,
        [row],
        'resolution=merge-duplicates',
      );
      expect([table, sent.status]).toEqual([table, 201]);
    }
  }
  const before = await whole();
  for (const [table, row] of Object.entries(rows('twin_b'))) {
    const seen = await as('twin_a', 'GET', `${table}?select=location_id`);
    expect([table, seen]).toEqual([table, { status: 200, body: [{ location_id: 'twin_a' }] }]);
    const upsert = `${table}?on_conflict=${keys[table]}`;
    for (const prefer of ['resolution=merge-duplicates', 'resolution=ignore-duplicates', '']) {
      const written = await as('twin_a', 'POST', prefer === '' ? table : upsert, [row], prefer);
      expect([table, prefer, written.status >= 400]).toEqual([table, prefer, true]);
    }
    expect(
      (
        await as(
          'twin_a',
          'PATCH',
          `${table}?location_id=eq.twin_b`,
          { created_at: '2020-01-01T00:00:00Z' },
          'return=representation',
        )
      ).body,
    ).toEqual([]);
    expect(
      (await as('twin_a', 'PATCH', `${table}?location_id=eq.twin_a`, { location_id: 'twin_b' })).status,
    ).toBeGreaterThanOrEqual(400);
    expect((await as('twin_a', 'DELETE', `${table}?location_id=eq.twin_b`)).status).toBe(403);
    expect((await as('twin_a', 'DELETE', `${table}?location_id=eq.twin_a`)).status).toBe(403);
  }
  const asked = { p_location: 'twin_b', p_stream: 'division_states', p_sessions: ['s1'] };
  expect((await as('twin_a', 'POST', 'rpc/backhaul_verify', asked)).body).toEqual([]);
  expect((await as('twin_b', 'POST', 'rpc/backhaul_verify', asked)).body).toHaveLength(1);
  const prints = { p_location: 'twin_b', p_stream: 'table_states', p_session: 's1' };
  expect((await as('twin_a', 'POST', 'rpc/backhaul_session_fingerprints', prints)).body).toEqual([]);
  expect((await as('twin_a', 'POST', 'rpc/backhaul_purge', {})).status).toBe(403);
  const views = await cloud.sql<{ name: string }>(
    `select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'location_id' and table_name in (select viewname from pg_views where schemaname = 'public')`,
  );
  expect(views.length).toBeGreaterThan(5);
  for (const { name } of views) {
    const places = (await as('twin_a', 'GET', `${name}?select=location_id`)).body as {
      location_id: string;
    }[];
    expect([name, places.filter((one) => one.location_id !== 'twin_a')]).toEqual([name, []]);
  }
  expect(await whole()).toEqual(before);
});
