import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunResult } from '../../src-main/contract/run-shapes.ts';
import type { Status } from '../../src-main/contract/status-shapes.ts';
import type { Verification } from '../../src-main/contract/verify-shapes.ts';
import { backhaul, projectRoot } from '../support/command-line.ts';
import { asAnalyst, askFile, differences, noDifferences } from '../support/reading.ts';
import { cloudRows, makeRecording, ndjson } from '../support/records.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder('main-job');
const dataDir = join(folder.path, 'data');
const recording = makeRecording({ locationId: 'mianyang_hotpot_1958', states: 12_000, repeat: 500 });

beforeAll(async () => {
  writeFileSync(join(folder.path, 'records.ndjson'), ndjson(recording.lines));
  expect((await backhaul(['cloud', 'start'], { dataDir })).code).toBe(0);
});

afterAll(async () => {
  await backhaul(['cloud', 'stop'], { dataDir });
  folder.remove();
});

interface IngestSummary {
  readonly received: number;
  readonly committed: number;
  readonly duplicates: number;
  readonly refused: number;
  readonly states: number;
  readonly commits: number;
  readonly avgBatchSize: number;
  readonly durationMs: number;
}

test('npm from another folder takes relative paths and prints nothing but the summary', async () => {
  const { code, stdout, json } = await backhaul(
    ['ingest', 'records.ndjson', '--json', '--data-dir', 'data'],
    {
      cwd: folder.path,
      program: ['npm', '--prefix', projectRoot, 'run', '-s', 'backhaul', '--'],
    },
  );
  expect([code, stdout.split('\n').length]).toEqual([0, 2]);
  const summary = json<IngestSummary>();
  expect(Object.keys(summary)).toEqual(
    'received committed duplicates refused states commits avgBatchSize durationMs'.split(' '),
  );
  expect(summary).toMatchObject({
    received: recording.lines.length,
    committed: recording.lines.length - 500,
    duplicates: 500,
    refused: 0,
    states: 0,
  });
  const stored = askFile<{ n: number }>(
    dataDir,
    'SELECT (SELECT count(*) FROM division_states) + (SELECT count(*) FROM table_states) AS n',
  );
  expect(stored).toEqual([{ n: 12_000 }]);
});

test('a full sync brings every row to the cloud, each once and equal in every column', async () => {
  const result = await backhaul(['sync', '--mode', 'full', '--json'], { dataDir });
  const run = result.json<RunResult>();
  expect([result.code, run.status, run.verified]).toEqual([0, 'success', true]);
  expect(run.planned).toBe(run.sent + run.duplicates + run.quarantined + run.failed);
  expect(run.sent).toBe(12_000 + 1 + 3 + 7);
  const found = await asAnalyst(dataDir, (query) => cloudRows(query, recording.locationId));
  expect(differences(found, recording.rows)).toEqual(noDifferences);
  expect(found).toHaveLength(12_000);
});

test('a second sync sends nothing, and verify agrees', async () => {
  const again = await backhaul(['sync', '--mode', 'full', '--json'], { dataDir });
  expect([again.code, again.json<RunResult>()]).toMatchObject([0, { planned: 0, sent: 0, verified: true }]);
  const verify = await backhaul(['verify', '--json'], { dataDir });
  const verification = verify.json<Verification>();
  expect([verify.code, verification.agrees]).toEqual([0, true]);
  expect(verification.streams.map(({ stream, local, cloud }) => [stream, local, cloud])).toEqual([
    ['division_states', 4000, 4000],
    ['table_states', 8000, 8000],
  ]);
  expect(verification.streams[0]?.sessions.map(({ sessionId }) => sessionId).sort()).toEqual(
    [...recording.sessions].sort(),
  );
  const status = (await backhaul(['status', '--json'], { dataDir })).json<Status>();
  expect([status.verdict, status.cloud.kind]).toEqual(['safe', 'local']);
  expect(status.reasons[0]?.message).toMatch(/on this box/);
});

test('the same file again is duplicates only, and the monitoring queries of older notes run as they are', async () => {
  const path = join(folder.path, 'records.ndjson');
  const { code, json } = await backhaul(['ingest', path, '--json'], { dataDir });
  expect([code, json<IngestSummary>()]).toMatchObject([
    0,
    { committed: 0, duplicates: recording.lines.length },
  ]);
  expect(
    askFile(dataDir, `SELECT 'division_states', COUNT(*) FROM division_states WHERE synced_to_cloud = 0;`),
  ).toEqual([{ "'division_states'": 'division_states', 'COUNT(*)': 0 }]);
  const runs = askFile(
    dataDir,
    'SELECT sync_type, last_sync_time, records_synced, status, error_message FROM sync_status ORDER BY last_sync_time DESC LIMIT 10;',
  );
  expect(runs).toMatchObject([
    { sync_type: 'full', status: 'success', error_message: null },
    { sync_type: 'full', status: 'success', error_message: null },
  ]);
});

test('npm passes the exit code on', async () => {
  const npm = ['npm', '--prefix', projectRoot, 'run', '-s', 'backhaul', '--'] as const;
  const { code, stdout } = await backhaul(['sync'], { dataDir, program: npm, cwd: folder.path });
  expect([code, stdout]).toEqual([2, '']);
});
