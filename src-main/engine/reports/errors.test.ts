import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ErrorEntry } from '../../contract/report-shapes.ts';
import { openReportBox, type ReportBox } from './report-fixture.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const now = Date.UTC(2026, 5, 15, 12, 0, 0);
let box: ReportBox;

beforeEach(async () => {
  box = await openReportBox(() => new Date(now));
});

afterEach(() => box.close());

const offline = (at: number) =>
  box.run({
    at,
    status: 'failed',
    error:
      'The cloud cannot be reached. Nothing is lost. (POST /rest/v1/ASE_cameras: ECONNREFUSED connect refused)',
    group: 'network',
    faultCode: 'unavailable',
    streams: [
      {
        stream: 'cameras',
        planned: 2,
        failed: 2,
        status: 'failed',
        error:
          'The cloud cannot be reached. Nothing is lost. (POST /rest/v1/ASE_cameras: ECONNREFUSED connect refused)',
        errorGroup: 'network',
        errorCode: 'ECONNREFUSED',
      },
    ],
  });

const blocked = (at: number, code: string, stream = 'division_states') =>
  box.run({
    at,
    status: 'failed',
    error: `The table lacks something. (/rest/v1/ASE_${stream}: ${code} own words)`,
    group: 'schema',
    faultCode: 'misconfigured',
    streams: [
      {
        stream,
        planned: 5,
        failed: 5,
        status: 'failed',
        error: `The table lacks something. (/rest/v1/ASE_${stream}: ${code} own words)`,
        errorGroup: 'schema',
        errorCode: code,
      },
    ],
  });

const brief = (errors: readonly ErrorEntry[]): string[] =>
  errors.map(
    ({ group, code, unit, count, resolved }) =>
      `${group} ${code}: ${count} ${unit}${resolved ? ', resolved' : ''}`,
  );

const errors = async (all = false): Promise<string[]> => brief(await box.reports.errors({ all }));

test('a cause counts once a run, names its streams and says what to do', async () => {
  offline(now - 3 * hourMs);
  offline(now - 2 * hourMs);
  expect(await box.reports.errors({ all: false })).toEqual([
    {
      group: 'network',
      code: 'ECONNREFUSED',
      unit: 'runs',
      count: 2,
      firstSeen: '2026-06-15T09:00:01.000Z',
      lastSeen: '2026-06-15T10:00:01.000Z',
      message:
        'The cloud could not be reached. Nothing is lost; the records wait on this box. In its own words: POST /rest/v1/ASE_cameras: ECONNREFUSED connect refused',
      words: 'POST /rest/v1/ASE_cameras: ECONNREFUSED connect refused',
      nextStep: expect.stringContaining('backhaul doctor'),
      resolved: false,
      needsPerson: false,
      streams: ['cameras'],
    },
  ]);
});

test('a later run that reached the cloud resolves it; a day later it is shown only with all', async () => {
  offline(now - 3 * hourMs);
  box.run({ at: now - 2 * hourMs });
  expect(await errors()).toEqual(['network ECONNREFUSED: 1 runs, resolved']);
  offline(now - 5 * dayMs);
  box.run({ at: now - 4 * dayMs });
  expect(await errors(true)).toEqual(['network ECONNREFUSED: 2 runs, resolved']);
});

test('without all an old trouble that came back counts only since it came back', async () => {
  offline(now - 40 * dayMs);
  box.run({ at: now - 39 * dayMs });
  offline(now - hourMs);
  const [entry] = await box.reports.errors({ all: false });
  expect([entry?.count, entry?.firstSeen]).toEqual([1, '2026-06-15T11:00:01.000Z']);
  expect(await errors(true)).toEqual(['network ECONNREFUSED: 2 runs']);
});

test('a run that did not get as far resolves nothing', async () => {
  blocked(now - 5 * hourMs, '42P01');
  offline(now - 4 * hourMs);
  box.run({
    at: now - 3 * hourMs,
    status: 'cancelled',
    group: 'internal',
    faultCode: 'cancelled',
    error: 'stop',
  });
  box.run({ at: now - 2 * hourMs, streams: [{ stream: 'cameras', planned: 1, sent: 1 }] });
  expect(await errors()).toEqual(['schema 42P01: 1 runs', 'network ECONNREFUSED: 1 runs, resolved']);
});

test('an hourly run with nothing of the stream to send resolves nothing while older records wait', async () => {
  const idle = [{ stream: 'division_states', planned: 0 }];
  blocked(now - 5 * hourMs, '42P01');
  box.run({ at: now - 4 * hourMs, mode: 'hourly', stranded: 5, streams: idle });
  expect(await errors()).toEqual(['schema 42P01: 1 runs']);
  box.run({ at: now - 3 * hourMs, mode: 'full', streams: idle });
  expect(await errors()).toEqual(['schema 42P01: 1 runs, resolved']);
});

test('another fault of the same stream resolves the first, and the next steps differ', async () => {
  blocked(now - 5 * hourMs, 'PGRST205');
  blocked(now - 4 * hourMs, '42P10');
  blocked(now - 3 * hourMs, 'PGRST204', 'cameras');
  const found = await box.reports.errors({ all: false });
  expect(brief(found)).toEqual([
    'schema PGRST204: 1 runs',
    'schema 42P10: 1 runs',
    'schema PGRST205: 1 runs, resolved',
  ]);
  expect(found.map(({ nextStep }) => nextStep.split('.')[0])).toEqual([
    'A column is missing in the cloud',
    'A key of the cloud lacks the location or is missing',
    'A table is missing in the cloud',
  ]);
});

test('a box that is set up wrongly asks no cloud, so its run resolves no silence of it', async () => {
  offline(now - 3 * hourMs);
  const wrong = { status: 'failed', group: 'sign_in', error: 'The key is a secret key.' };
  box.run({ at: now - 2 * hourMs, ...wrong, faultCode: 'misconfigured' });
  expect(await errors()).toEqual(['sign_in misconfigured: 1 runs', 'network ECONNREFUSED: 1 runs']);
  box.run({ at: now - hourMs, ...wrong, faultCode: 'unauthorized' });
  expect(await errors()).toContain('network ECONNREFUSED: 1 runs, resolved');
});

test('a killed run is internal and interrupted, until any run ends by itself', async () => {
  box.run({
    at: now - 3 * hourMs,
    status: 'interrupted',
    error: 'The process ended.',
    streams: [{ stream: 'cameras', status: 'interrupted' }],
  });
  expect(await errors()).toEqual(['internal interrupted: 1 runs']);
  offline(now - 2 * hourMs);
  expect(await errors()).toEqual(['network ECONNREFUSED: 1 runs', 'internal interrupted: 1 runs, resolved']);
});

test('failures of an older script are internal', async () => {
  box.db.exec(`INSERT INTO sync_status (sync_type, last_sync_time, status, error_message) VALUES
    ('hourly', '2026-06-15T09:00:00.123456', 'error', 'HTTP 400'), ('full', '2026-06-15 10:00:00', 'failed', NULL),
    ('hourly', '2026-06-15 10:30:00', 'in_progress', NULL)`);
  const [entry] = await box.reports.errors({ all: false });
  expect(entry).toMatchObject({ group: 'internal', code: 'older_script', count: 2, resolved: false });
  expect([entry?.firstSeen, entry?.lastSeen]).toEqual([
    '2026-06-15T09:00:00.000Z',
    '2026-06-15T10:00:00.000Z',
  ]);
});

test('records that waited for their parents are told only where nothing else explains it', async () => {
  const waiting = { stream: 'division_states', planned: 3, failed: 3, status: 'failed', error: 'They wait.' };
  box.run({ at: now - 3 * hourMs, status: 'failed', error: 'They wait.', streams: [waiting] });
  expect(await errors()).toEqual(['conflict held_back: 1 runs']);
  box.run({ at: now - 2 * hourMs, streams: [{ stream: 'division_states', planned: 3, sent: 3 }] });
  box.run({
    at: now - hourMs,
    status: 'failed',
    error: 'no (ASE_sessions: 42501 no)',
    group: 'permission',
    streams: [
      {
        stream: 'sessions',
        planned: 1,
        failed: 1,
        errorGroup: 'permission',
        errorCode: '42501',
        error: 'no (ASE_sessions: 42501 no)',
      },
      waiting,
    ],
  });
  expect(await errors()).toEqual(['permission 42501: 1 runs', 'conflict held_back: 1 runs, resolved']);
});

test('quarantined records and refused lines are counted by code, each in their own unit', async () => {
  const aside =
    box.db.prepare(`INSERT INTO sync_quarantine (stream, record_key, code, message, first_seen, resolution, resolved_at)
    VALUES (?, ?, ?, ?, ?, ?, ?)`);
  aside.run('division_states', 'a', '23514', 'older words', '2026-05-01 00:00:00', 'open', null);
  aside.run('table_states', 'b', '23514', 'newest words', '2026-06-01 00:00:00', 'open', null);
  aside.run('division_states', 'c', 'conflict', 'same key', '2026-06-02 00:00:00', 'open', null);
  aside.run(
    'division_states',
    'd',
    'wrong_location',
    'elsewhere',
    '2026-06-03 00:00:00',
    'discarded',
    '2026-06-15 11:00:00',
  );
  aside.run(
    'division_states',
    'e',
    'impossible_time',
    'never',
    '2026-06-03 00:00:00',
    'retried',
    '2026-06-10 11:00:00',
  );
  box.db.exec(`INSERT INTO rejected_lines (received_at, line, code, message) VALUES
    ('2026-06-04 00:00:00', 'x', 'conflict', 'other content'), ('2026-06-05 00:00:00', 'y', 'invalid_json', 'no JSON'),
    ('2026-06-06 00:00:00', 'z', 'invalid_json', 'still no JSON')`);
  const found = await box.reports.errors({ all: false });
  expect(brief(found)).toEqual([
    'data invalid_json: 2 lines',
    'conflict conflict: 1 lines',
    'conflict conflict: 1 records',
    'data 23514: 2 records',
    'data wrong_location: 1 records, resolved',
  ]);
  const content = found.find(({ code }) => code === '23514');
  expect(content?.streams.toSorted()).toEqual(['division_states', 'table_states']);
  expect([content?.firstSeen, content?.lastSeen]).toEqual([
    '2026-05-01T00:00:00.000Z',
    '2026-06-01T00:00:00.000Z',
  ]);
  expect(content?.message).toMatch(/all others went on\. In its own words: newest words$/);
  expect(content?.nextStep).toContain('backhaul quarantine list');
  expect(await errors(true)).toContain('data impossible_time: 1 records, resolved');
});
