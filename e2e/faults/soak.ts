import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { cpuSecondsOf, memoryOf } from '../../bench/support/process-usage.ts';
import { attachEngine } from '../../src-main/engine/rpc/attach.ts';
import { startBackhaul } from '../support/command-line.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { fakeTimeLibrary } from './fake-time.ts';
import { startFaultCloud } from './fault-cloud.ts';

/**
 * `npm run soak [-- --minutes M --rate N --speed S]`: an engine under a steady producer for so long, its clock S times
 * as fast, so that hours with their syncs and their clean-up pass in minutes. Prints memory and file after each hour of
 * the engine's clock, and compares at the end what was acknowledged with what the cloud has.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '120' },
    rate: { type: 'string', default: '200' },
    speed: { type: 'string', default: '12' },
  },
});
const [minutes, rate, speed] = [Number(values.minutes), Number(values.rate), Number(values.speed)];
const locationId = 'store_soak';
const tick = 50;

const folder = temporaryFolder('soak');
const dataDir = join(folder.path, 'd');
mkdirSync(dataDir, { mode: 0o700 });
const config = {
  location: { id: locationId, timezone: 'UTC' },
  schedule: { hourly: '0 * * * *', full: '30 3 * * *' },
  retention: { statesHours: 1 },
};
writeFileSync(join(dataDir, 'config.json'), JSON.stringify(config));
const cloud = await startFaultCloud();
const engine = startBackhaul(['engine', '--no-api'], {
  dataDir,
  withinMs: (minutes + 10) * 60_000,
  env: {
    BACKHAUL_SCHEDULE_HOURLY: '0 * * * *',
    BACKHAUL_SCHEDULE_FULL: '30 3 * * *',
    LD_PRELOAD: fakeTimeLibrary(),
    FAKETIME: `+0 x${speed}`,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    SUPABASE_URL: cloud.url,
    SUPABASE_PUBLISHABLE_KEY: cloud.apiKey,
    BACKHAUL_DEVICE_TOKEN: await cloud.token(locationId),
  },
});
await engine.says(/engine started/);
const client = await attachEngine(dataDir);
if (client === null) throw new Error('the engine cannot be reached');

const socket = connect(client.address.bridge);
let sent = 0;
let acknowledged = 0;
let refused = 0;
createInterface({ input: socket }).on('line', (reply) => {
  if (reply.includes('"ack"')) acknowledged += 1;
  else if (reply.includes('"error"')) refused += 1;
});

/** A new session every ten thousand states; the session's own line is acknowledged too. */
function say(count: number): void {
  const lines: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const session = Math.floor(states / 10_000);
    const session_id = `20260101_${String(session).padStart(6, '0')}_camera_1`;
    const head = { session_id, camera_id: 'camera_1', location_id: locationId };
    if (states % 10_000 === 0) {
      lines.push(JSON.stringify({ type: 'session', seq: sent, ...head, start_time: '2026-01-01T00:00:00Z' }));
      sent += 1;
    }
    const frame_number = (states % 10_000) + 1;
    const state = ['RED', 'YELLOW', 'GREEN'][states % 3];
    const counts = { walking_area_waiters: states % 4, service_area_waiters: 1 };
    const line = { type: 'division_state', seq: sent, ...head, frame_number, timestamp_video: frame_number };
    lines.push(JSON.stringify({ ...line, state, ...counts }));
    sent += 1;
    states += 1;
  }
  socket.write(`${lines.join('\n')}\n`);
}

let states = 0;
const began = performance.now();
const pid = client.address.pid;
const busyBefore = cpuSecondsOf(pid);
const megabytes = (bytes: number): string => (bytes / 1_048_576).toFixed(1);
const size = (name: string): number => statSync(join(dataDir, name), { throwIfNoEntry: false })?.size ?? 0;
let nextTold = 0;
console.log('hours  acknowledged  in the cloud  runs  engine MB  file MB  log MB  processor %');
while (performance.now() - began < minutes * 60_000) {
  const due = Math.floor(((performance.now() - began) / 1000) * rate);
  if (due > states) say(Math.min(due - states, rate));
  const hours = ((performance.now() - began) / 3_600_000) * speed;
  if (hours >= nextTold) {
    nextTold += 1;
    const runs = (await client.call('history.list', { limit: 1 }))[0]?.runId ?? 0;
    const seconds = Math.max(1, (performance.now() - began) / 1000);
    const busy = ((cpuSecondsOf(pid) - busyBefore) / seconds) * 100;
    const cells = [
      hours.toFixed(1).padStart(5),
      String(acknowledged).padStart(12),
      String(await cloud.checker.count(locationId)).padStart(12),
      String(runs).padStart(4),
      memoryOf(pid).residentMb.toFixed(1).padStart(9),
      megabytes(size('detection_data.db')).padStart(7),
      megabytes(size('detection_data.db-wal')).padStart(6),
      busy.toFixed(1).padStart(11),
    ];
    console.log(cells.join('  '));
  }
  await delay(tick);
}
while (acknowledged + refused < sent) await delay(tick);
const { run } = await client.call('sync.start', { mode: 'full' });
const held = await cloud.checker.count(locationId);
client.close();
socket.destroy();
engine.kill('SIGTERM');
await engine.finished;
await cloud.close();
folder.remove();
const good = held === states && refused === 0 && run.verified;
console.log(
  `${states} states said, ${refused} lines refused, ${held} in the cloud, verified: ${run.verified}`,
);
process.exitCode = good ? 0 : 1;
