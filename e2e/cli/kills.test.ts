import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import type { RunResult } from '../../src-main/contract/run-shapes.ts';
import { backhaul, projectRoot, startBackhaul } from '../support/command-line.ts';
import { nothingRunsOn, postgresServers } from '../support/processes.ts';
import { asAnalyst, askFile, differences, noDifferences } from '../support/reading.ts';
import { cloudRows, makeRecording, ndjson, type Recording } from '../support/records.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder('kills');
const places: string[] = [];

afterAll(async () => {
  for (const dataDir of places) await backhaul(['cloud', 'stop'], { dataDir });
  await nothingRunsOn(folder.path);
  folder.remove();
});

/** Small batches, one at a time, so that a kill comes in the middle of many. */
function place(name: string): string {
  const dataDir = join(folder.path, name);
  mkdirSync(dataDir, { mode: 0o700 });
  writeFileSync(join(dataDir, 'config.json'), '{ "sync": { "batchSize": 10, "lanes": 1 } }');
  places.push(dataDir);
  return dataDir;
}

const npm = ['npm', '--prefix', projectRoot, 'run', '-s', 'backhaul', '--'] as const;

/** Kills a sync while it sends; false where it was done before. */
async function killWhileSending(dataDir: string, afterMs: number, throughNpm: boolean): Promise<boolean> {
  const sync = startBackhaul(['sync', '--mode', 'full'], {
    dataDir,
    group: true,
    ...(throughNpm ? { program: npm } : {}),
  });
  await sync.says(/_states: [Uu]ploaded/).catch(() => undefined);
  await delay(afterMs);
  sync.kill();
  return (await sync.finished).signal === 'SIGKILL';
}

async function expectAllOnce(dataDir: string, { locationId, rows }: Recording): Promise<void> {
  expect((await backhaul(['cloud', 'start'], { dataDir })).code).toBe(0);
  const found = await asAnalyst(dataDir, (query) => cloudRows(query, locationId));
  expect(differences(found, rows)).toEqual(noDifferences);
  expect(found).toHaveLength(rows.length);
}

test('a sync killed again and again while it sends leaves every record once in the cloud', async () => {
  const dataDir = place('sync');
  const recording = makeRecording({ locationId: 'store_killed', states: 4000 });
  expect((await backhaul(['ingest'], { dataDir, input: ndjson(recording.lines) })).code).toBe(0);
  let killed = 0;
  for (const afterMs of [0, 200, 60, 120]) {
    if (await killWhileSending(dataDir, afterMs + Math.random() * 60, killed % 2 === 1)) killed += 1;
  }
  expect(killed).toBeGreaterThanOrEqual(3);
  const last = await backhaul(['sync', '--mode', 'full', '--json'], { dataDir });
  const run = last.json<RunResult>();
  expect([last.code, run.status, run.verified]).toEqual([0, 'success', true]);
  expect(run.planned).toBe(run.sent + run.duplicates);
  const runs = askFile<{ status: string }>(dataDir, 'SELECT status FROM sync_status').map(
    (one) => one.status,
  );
  expect(runs).toHaveLength(5);
  expect(new Set(runs)).toEqual(new Set(['interrupted', 'success']));
  expect(askFile(dataDir, `SELECT * FROM sync_history WHERE status = 'running'`)).toEqual([]);
  await expectAllOnce(dataDir, recording);
});

test('a running local cloud is adopted by each command, killed or not, and never doubled', async () => {
  const dataDir = place('adopted');
  const recording = makeRecording({ locationId: 'store_adopted', states: 1500 });
  await backhaul(['ingest'], { dataDir, input: ndjson(recording.lines) });
  expect((await backhaul(['cloud', 'start'], { dataDir })).code).toBe(0);
  const before = postgresServers(dataDir);
  for (const afterMs of [0, 60]) await killWhileSending(dataDir, afterMs, false);
  const [one, other] = await Promise.all([
    backhaul(['sync', '--mode', 'full'], { dataDir }),
    backhaul(['cloud', 'start'], { dataDir }),
  ]);
  expect([one.code, other.code]).toEqual([0, 0]);
  expect(before).toHaveLength(1);
  expect(postgresServers(dataDir)).toEqual(before);
  await expectAllOnce(dataDir, recording);
});

test('what ingest acknowledged before it was killed is there, and all of it once after a repeat', async () => {
  const dataDir = place('ingest');
  const recording = makeRecording({ locationId: 'store_acked', states: 9000 });
  const input = ndjson(recording.lines.map((line, seq) => ({ ...line, seq })));
  let killed = 0;
  for (const afterMs of [0, 25, 60]) {
    const ingest = startBackhaul(['ingest', '-', '--ack'], { dataDir, input, group: true });
    await ingest.says(/"ack"/);
    await delay(afterMs + Math.random() * 40);
    ingest.kill();
    const { stdout, signal } = await ingest.finished;
    if (signal === 'SIGKILL') killed += 1;
    const acked = [...stdout.matchAll(/^\{"type":"ack","seq":(\d+)\}$/gm)].map((match) => Number(match[1]));
    expect(acked.length).toBeGreaterThan(0);
    const stored = new Set(
      askFile<{ key: string }>(
        dataDir,
        `SELECT session_id || '/' || frame_number AS key FROM division_states
         UNION SELECT session_id || '/' || frame_number FROM table_states`,
      ).map(({ key }) => key),
    );
    const lost = acked
      .map((seq) => recording.lines[seq])
      .filter((line) => line?.frame_number !== undefined)
      .filter((line) => !stored.has(`${line?.session_id}/${line?.frame_number}`));
    expect(lost).toEqual([]);
  }
  expect(killed).toBeGreaterThanOrEqual(2);
  const again = await backhaul(['ingest', '--json'], { dataDir, input });
  expect([again.code, again.json<{ refused: number }>().refused]).toEqual([0, 0]);
  const sync = await backhaul(['sync', '--mode', 'full'], { dataDir });
  expect([sync.code, sync.stderr]).toEqual([0, '']);
  await expectAllOnce(dataDir, recording);
});
