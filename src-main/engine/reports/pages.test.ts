import { afterEach, beforeEach, expect, test } from 'vitest';
import { runPageSelection } from '../../contract/history-shapes.ts';
import { linePageSelection } from '../../contract/line-shapes.ts';
import { insertManyRuns, openReportBox, type ReportBox } from './report-fixture.ts';

const now = Date.UTC(2026, 5, 15, 12, 0, 0);
let box: ReportBox;

beforeEach(async () => {
  box = await openReportBox(() => new Date(now));
});

afterEach(() => box.close());

function page(selection: Record<string, unknown>) {
  return box.reports.page(runPageSelection.parse(selection));
}

function lines(selection: Record<string, unknown> = {}) {
  return box.reports.lines(linePageSelection.parse(selection));
}

function refuse(code: string, line: string | Buffer, at = '2026-06-15 11:00:00'): void {
  box.db
    .prepare(
      `INSERT INTO rejected_lines (received_at, source, line, code, message) VALUES (?, 'bridge', ?, ?, 'why')`,
    )
    .run(at, Buffer.from(line), code);
}

test('pages of runs follow each other without gaps while new runs arrive', async () => {
  insertManyRuns(box.db, 25, now);
  const first = await page({ limit: 10 });
  expect(first.total).toBe(25);
  expect(first.runs.map((run) => run.runId)).toEqual([25, 24, 23, 22, 21, 20, 19, 18, 17, 16]);
  expect(first.runs[0]).not.toHaveProperty('streams');
  box.run({ at: now });
  const second = await page({ limit: 10, beforeRunId: 16 });
  expect(second.total).toBe(26);
  expect(second.runs.map((run) => run.runId)).toEqual([15, 14, 13, 12, 11, 10, 9, 8, 7, 6]);
});

test('the filters restrict the page and its total alike', async () => {
  box.run({ at: now, status: 'failed', mode: 'full', streams: [{ stream: 'cameras' }] });
  box.run({ at: now, status: 'failed', mode: 'hourly' });
  box.run({ at: now - 86_400_000, status: 'failed', mode: 'full' });
  expect(await page({ status: 'failed', mode: 'full' })).toMatchObject({ total: 2 });
  const narrow = await page({ status: 'failed', mode: 'full', stream: 'cameras', day: '2026-06-15' });
  expect(narrow).toMatchObject({ total: 1, runs: [{ runId: 1 }] });
});

test('a run is told with its streams, their batches and how many records it set aside', async () => {
  const batch = {
    begunMs: 3,
    records: 10,
    sent: 9,
    duplicates: 0,
    refused: 1,
    failed: 0,
    durationMs: 40,
    tries: 5,
    outcome: 'partly',
    error: '23514 no',
  };
  const id = box.run({
    at: now,
    status: 'partial',
    streams: [{ stream: 'cameras', planned: 10, sent: 9, quarantined: 1 }],
  });
  box.db
    .prepare(
      `UPDATE sync_history SET duration_seconds = 0.25, sync_metadata = json_set(sync_metadata, '$.batches', json(?), '$.batchCount', 7)`,
    )
    .run(JSON.stringify([batch]));
  box.db
    .prepare(
      `INSERT INTO sync_quarantine (stream, record_key, code, run_id) VALUES ('cameras', 'c', '23514', ?)`,
    )
    .run(id);
  expect(await box.reports.run(id)).toMatchObject({
    runId: id,
    status: 'partial',
    setAside: 1,
    streams: [
      {
        stream: 'cameras',
        planned: 10,
        startedAt: '2026-06-15T12:00:00.000Z',
        durationMs: 250,
        batchCount: 7,
        batches: [batch],
      },
    ],
  });
  await expect(box.reports.run(99)).rejects.toMatchObject({ code: 'not_found' });
});

test('a stream that another program or an earlier version wrote has no batches and does no harm', async () => {
  const id = box.run({ at: now, streams: [{ stream: 'videos', sent: 2, planned: 2 }] });
  box.db
    .prepare(
      `INSERT INTO sync_history (sync_type, status, sync_metadata, run_id) VALUES ('x', 'odd', '[', ?)`,
    )
    .run(id);
  expect((await box.reports.run(id)).streams).toMatchObject([
    { stream: 'videos', sent: 2, batches: [], batchCount: 0 },
    { stream: 'x', status: 'interrupted', sent: 0, durationMs: null, startedAt: null },
  ]);
});

test('the engine does other things while figures of 10,000 runs are read', async () => {
  insertManyRuns(box.db, 10_000, now);
  let turns = 0;
  let next = setImmediate(function turn() {
    turns += 1;
    next = setImmediate(turn);
  });
  expect((await box.reports.statistics(90)).runs).toBe(10_000);
  expect((await page({ limit: 500, day: '2026-06-14' })).runs.length).toBeGreaterThan(0);
  await box.reports.errors({ all: false });
  clearImmediate(next);
  expect(turns).toBeGreaterThanOrEqual(20);
});

test('a refused line is shown as text that is safe to see, however it came', async () => {
  refuse('invalid_json', '{"plain": "台灣"}');
  refuse(
    'invalid_utf8',
    Buffer.concat([Buffer.from('a\u0000b\u202e\n'), Buffer.from([0xff, 0xe5, 0x8f]), Buffer.from('c')]),
  );
  refuse('too_long', 'x'.repeat(5000));
  const { lines: shown, total } = await lines();
  expect(total).toBe(3);
  expect(shown.map((line) => line.text)).toEqual([
    'x'.repeat(2000),
    'a\\x00b\\xe2\\x80\\xae\\x0a\\xff\\xe5\\x8fc',
    '{"plain": "台灣"}',
  ]);
  expect(shown.map((line) => [line.truncated, line.bytes])).toEqual([
    [true, 5000],
    [false, 11],
    [false, 19],
  ]);
  expect((await lines({ code: 'too_long' })).total).toBe(1);
  expect((await lines({ beforeId: 3, limit: 1 })).lines.map((line) => line.id)).toEqual([2]);
});

test('lines that a person has seen count as resolved, also after a restart, until another one comes', async () => {
  refuse('invalid_json', 'one');
  refuse('invalid_json', 'two');
  refuse('no_session', 'three');
  expect(await box.reports.summary()).toMatchObject({ needPerson: 2, refusedLines: 3 });
  expect(await box.reports.acknowledge('invalid_json')).toBe(2);
  expect(await box.reports.acknowledge('invalid_json')).toBe(0);
  expect(await box.reports.summary()).toMatchObject({ needPerson: 1, refusedLines: 1 });
  const reopened = await box.reopen();
  const causes = (await reopened.errors({ all: false })).map(({ code, count, resolved }) => [
    code,
    count,
    resolved,
  ]);
  expect(causes).toEqual([
    ['no_session', 1, false],
    ['invalid_json', 2, true],
  ]);
  refuse('invalid_json', 'four');
  expect(await reopened.errors({ all: false })).toMatchObject([
    { code: 'invalid_json', count: 1, resolved: false, needsPerson: true },
    { code: 'no_session', count: 1, resolved: false },
  ]);
  expect((await reopened.lines(linePageSelection.parse({}))).lines.map((line) => line.acknowledged)).toEqual([
    false,
    false,
    true,
    true,
  ]);
  expect(await reopened.acknowledge(undefined)).toBe(2);
  expect(box.db.prepare('SELECT count(*) AS n FROM rejected_lines').get()).toEqual({ n: 4 });
});
