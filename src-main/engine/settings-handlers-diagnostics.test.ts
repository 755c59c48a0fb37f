import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestCloud, type TestCloud } from '../../e2e/support/test-cloud.ts';
import { fileSecrets } from './secrets/service.ts';
import { camera, withSettingsBox } from './settings-fixture.ts';

let cloud: TestCloud;
const box = withSettingsBox();
beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud.close());

test('diagnostics tell how it stands and hold none of the secrets that lie everywhere', async () => {
  const planted = {
    token: 'refresh-planted-0123456789',
    key: 'sb_publishable_planted_0123456789',
    password: 'db-planted/password@x',
    camera: 'rtsp-"pass/word',
    detector: 'detector-planted-secret',
  };
  mkdirSync(join(box.path, 'logs'), { recursive: true });
  const line = `${Object.values(planted).join(' | ')} rtsp://a:other-planted@10.0.0.1/x eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.planted-signature`;
  for (const name of ['engine.log', 'console.log']) {
    writeFileSync(join(box.path, 'logs', name), `${line.repeat(4000)}\n${line}\n{"message":"the end"}\n`);
  }
  writeFileSync(
    join(box.path, 'config.json'),
    JSON.stringify({ capture: { command: ['/nowhere/detector', '--password', planted.detector] } }),
  );
  const secrets = fileSecrets(box.path);
  await secrets.write('device-token', JSON.stringify({ origin: '', token: planted.token }));
  await secrets.write('api-key', JSON.stringify({ apiKey: planted.key }));
  const { client } = await box.start({
    SUPABASE_URL: cloud.url,
    BACKHAUL_DB_URL: `postgresql://postgres:${planted.password}@db.example.org/postgres`,
  });
  await box.produce([
    camera,
    { type: 'division_state', location_id: 'store_1', session_id: line, camera_id: 'camera_35' },
  ]);
  const { files } = await client.call('diagnostics.collect', {});
  expect(files.map(({ name }) => name).sort()).toEqual([
    'about.json',
    'cloud.json',
    'configuration.json',
    'console.log',
    'doctor.json',
    'engine.log',
    'errors.json',
    'files.json',
    'health.json',
    'history.json',
    'status.json',
  ]);
  const all = files.map(({ text }) => text).join('\n');
  for (const secret of [...Object.values(planted), 'rtsp-', 'other-planted', 'planted-signature']) {
    expect(all).not.toContain(secret);
    expect(all).not.toContain(JSON.stringify(secret).slice(1, -1));
  }
  expect(all).toContain('the end');
  expect(all.length).toBeLessThan(4_000_000);
  expect(JSON.parse(files.find(({ name }) => name === 'doctor.json')?.text ?? '')).toHaveProperty('checks');
  expect(readFileSync(join(box.path, 'logs', 'engine.log'), 'utf8')).toContain(planted.token);
}, 60_000);
