import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { utcText } from '../storage/service.ts';
import { type Disposition, type LoggedOutcome, runStream } from './run-stream.ts';
import { sourceOf, withSharedFile } from './shared-file-fixture.ts';
import type { StateItem } from './state-source.ts';
import type { Receipt } from './stream.ts';
import { divisionStates } from './streams/division-states.ts';

const now = new Date('2026-11-22T12:00:00Z');
const file = withSharedFile('marking', now, 'CREATE TEMP TABLE written (frame INTEGER)');

/** What another program writes: a state of a frame, made so many minutes ago; BLUE is what no cloud takes. */
interface Written {
  readonly frame: number;
  readonly state: string;
  readonly minutesAgo: number;
  /** the same time of recording, said in UTC and not with the store's offset */
  readonly utc: boolean;
}

type LocalChange =
  | { readonly kind: 'insert'; readonly row: Written }
  | { readonly kind: 'edit'; readonly pick: number; readonly state: string }
  | { readonly kind: 'delete'; readonly pick: number };

/** What becomes of a request; after `lost` and `cancelled` the cloud has the records, and nobody is told. */
type Answer = 'taken' | 'lost' | 'cancelled' | Exclude<Disposition, 'content'>;

interface Request {
  readonly answer: Answer;
  /** what others do to the file while it is under way */
  readonly changes: readonly LocalChange[];
}

interface Run {
  readonly hourly: boolean;
  readonly batchSize: number;
  readonly lanes: number;
  readonly attempts: number;
  readonly requests: readonly Request[];
}

class Fault extends Error {
  readonly disposition: Disposition;
  constructor(disposition: Disposition) {
    super(disposition);
    this.disposition = disposition;
  }
}

const dispositionOf = (error: unknown): Disposition => (error instanceof Fault ? error.disposition : 'run');

/** The cloud: frames, each with the state that came last. */
type Cloud = Map<number, string>;

function insert({ frame, state, minutesAgo, utc }: Written): void {
  file.other
    .prepare(
      `INSERT INTO division_states (session_id, camera_id, location_id, frame_number, timestamp_video,
         timestamp_recorded, state, walking_area_waiters, created_at)
       VALUES ('session_1', 'camera_1', 'store_1', ?, 1.5, ?, ?, 1, ?)`,
    )
    .run(
      frame,
      utc ? '2026-11-22T11:00:00Z' : '2026-11-22 19:00:00+08:00',
      state,
      utcText(new Date(now.getTime() - minutesAgo * 60_000)),
    );
  file.other.prepare('INSERT INTO temp.written VALUES (?)').run(frame);
}

/**
 * Others change only what is pending: what is marked is Backhaul's. What they delete has no copy: where the first row of
 * a key goes while it is sent, a differing copy takes its place, and only the comparison with the cloud finds which won.
 */
function change(one: LocalChange): void {
  if (one.kind === 'insert') {
    insert(one.row);
    return;
  }
  const alone = `NOT EXISTS (SELECT 1 FROM division_states b
    WHERE b.frame_number = s.frame_number AND b.division_state_id <> s.division_state_id)`;
  const sql = `SELECT division_state_id FROM division_states s
    WHERE synced_to_cloud = 0 AND ${one.kind === 'delete' ? alone : 'true'} ORDER BY 1`;
  const ids = file.other.prepare(sql).pluck().all();
  const id = ids[one.pick % Math.max(1, ids.length)];
  if (one.kind === 'delete')
    file.other.prepare('DELETE FROM division_states WHERE division_state_id = ?').run(id);
  else
    file.other.prepare('UPDATE division_states SET state = ? WHERE division_state_id = ?').run(one.state, id);
}

async function execute(run: Run, cloud: Cloud): Promise<LoggedOutcome & { readonly expected: number }> {
  // What the streams of the parents did before this one.
  file.other.exec(
    `INSERT OR IGNORE INTO sync_marks (stream, record_key, content_hash) VALUES ('sessions', 'session_1', '')`,
  );
  const abort = new AbortController();
  let asked = 0;
  const send = async (items: readonly StateItem[]): Promise<Receipt> => {
    const { answer, changes } = run.requests[asked] ?? { answer: 'taken', changes: [] };
    asked += 1;
    await turn();
    for (const one of changes) change(one);
    const taken = answer === 'taken' || answer === 'lost' || answer === 'cancelled';
    if (!taken) throw new Fault(answer);
    if (items.some(({ payload }) => payload.state === 'BLUE')) throw new Fault('content');
    let sent = 0;
    for (const { payload } of items) {
      if (!cloud.has(Number(payload.frame_number))) sent += 1;
      cloud.set(Number(payload.frame_number), String(payload.state));
    }
    if (answer === 'cancelled') abort.abort();
    if (answer !== 'taken') throw new Fault('again');
    return { sent, duplicates: items.length - sent, bytes: 0 };
  };
  const source = sourceOf(file.storage, divisionStates, now);
  const createdAfter = run.hourly ? utcText(new Date(now.getTime() - 120 * 60_000)) : null;
  const plan = await source.plan({ createdAfter }, false);
  const stream = { name: 'division_states', source, sink: { send }, lanes: run.lanes };
  const outcome = await runStream(stream, plan, {
    batchSize: run.batchSize,
    attempts: run.attempts,
    signal: abort.signal,
    random: () => 0,
    disposition: dispositionOf,
    refusalOf: () => ({ code: '23514', message: 'no such state' }),
    causeOf: () => ({ group: 'data', code: '23514' }),
    onProgress: () => undefined,
    now: () => performance.now(),
  });
  return { ...outcome, expected: plan.planned };
}

interface Held {
  readonly id: number;
  readonly frame: number;
  readonly state: string;
  readonly synced: number;
  /** why it is set aside, null where it is not */
  readonly aside: string | null;
  /** the state with which it was set aside */
  readonly asideState: string | null;
  /** how many rows its key ever had */
  readonly copies: number;
}

function held(): Held[] {
  return file.other
    .prepare<[], Held>(
      `SELECT division_state_id AS id, frame_number AS frame, state, synced_to_cloud AS synced, q.code AS aside,
         q.payload ->> 'state' AS asideState, (SELECT count(*) FROM temp.written w WHERE w.frame = frame_number) AS copies
       FROM division_states s
       LEFT JOIN sync_quarantine q ON q.local_id = s.division_state_id AND q.resolution = 'open'`,
    )
    .all();
}

/** Whatever happened: what is marked is in the cloud as it stands here, and nothing is marked and set aside. */
function expectHonestMarks(cloud: Cloud): void {
  for (const row of held()) {
    if (row.synced === 1) expect([row, cloud.get(row.frame)]).toEqual([row, row.state]);
    if (row.aside !== null) expect([row.id, row.synced]).toEqual([row.id, 0]);
  }
}

function expectAllSettled(cloud: Cloud): void {
  for (const row of held()) {
    if (row.aside === null) expect([row, row.synced]).toEqual([row, 1]);
    else
      expect([row, row.aside === '23514' ? row.asideState === 'BLUE' : row.copies > 1]).toEqual([row, true]);
  }
  expectHonestMarks(cloud);
}

const frame = fc.nat(5);
const state = fc.constantFrom('RED', 'GREEN', 'GREEN', 'GREEN', 'BLUE');
const written = fc.record({
  frame,
  state,
  minutesAgo: fc.constantFrom(1, 60, 119, 120, 121, 600),
  utc: fc.boolean(),
});
const localChange = fc.oneof(
  fc.record({ kind: fc.constant('insert' as const), row: written }),
  fc.record({ kind: fc.constant('edit' as const), pick: fc.nat(9), state }),
  fc.record({ kind: fc.constant('delete' as const), pick: fc.nat(9) }),
);
const answer = fc.constantFrom<Answer>(
  ...(['taken', 'taken', 'taken', 'lost', 'lost', 'cancelled'] as const),
  ...(['again', 'smaller', 'parent', 'batch', 'stream', 'run'] as const),
);
const request = fc.record({ answer, changes: fc.array(localChange, { maxLength: 2 }) });
const run = fc.record({
  hourly: fc.boolean(),
  batchSize: fc.integer({ min: 1, max: 6 }),
  lanes: fc.integer({ min: 1, max: 3 }),
  attempts: fc.integer({ min: 1, max: 3 }),
  requests: fc.array(request, { maxLength: 6 }),
});

async function check(rows: readonly Written[], runs: readonly Run[]): Promise<void> {
  file.other.exec(
    'DELETE FROM division_states; DELETE FROM sync_quarantine; DELETE FROM sync_marks; DELETE FROM temp.written',
  );
  const cloud: Cloud = new Map();
  for (const row of rows) insert(row);
  let sent = 0;
  for (const one of runs) {
    const outcome = await execute(one, cloud);
    sent += outcome.sent;
    expectHonestMarks(cloud);
    const { planned, duplicates, quarantined, failed } = outcome;
    expect(planned).toBe(outcome.sent + duplicates + quarantined + failed);
  }
  const last = await execute({ hourly: false, batchSize: 4, lanes: 2, attempts: 1, requests: [] }, cloud);
  expect([last.error, last.failed, last.planned]).toEqual([null, 0, last.expected]);
  expect(sent + last.sent).toBeLessThanOrEqual(cloud.size);
  expectAllSettled(cloud);
}

test('after any answers and changes beside them a row is marked only if the cloud has it, and a clean run settles all', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(written, { maxLength: 10 }),
      fc.array(run, { minLength: 1, maxLength: 3 }),
      check,
    ),
    { numRuns: 200 },
  );
});

/** What another program does while the only request of a run is under way. */
function runWith(hourly: boolean, ...changes: LocalChange[]): Run {
  return { hourly, batchSize: 2, lanes: 1, attempts: 1, requests: [{ answer: 'taken', changes }] };
}

const marks = (): unknown[] => held().map(({ synced, aside }) => [synced, aside]);

test('a copy that another program edits while its first row is sent is not marked with it', async () => {
  const copy = { frame: 0, state: 'RED', minutesAgo: 1, utc: false };
  await check([copy, copy], [runWith(false, { kind: 'edit', pick: 1, state: 'GREEN' })]);
  expect(marks()).toEqual([
    [1, null],
    [0, 'conflict'],
  ]);
});

test('a copy that went for its first row is not marked where that was edited meanwhile', async () => {
  const copy = { frame: 0, state: 'RED', minutesAgo: 1, utc: false };
  const changed = runWith(true, { kind: 'edit', pick: 0, state: 'GREEN' });
  await check([{ ...copy, minutesAgo: 600 }, copy], [changed]);
  expect(marks()).toEqual([
    [1, null],
    [0, 'conflict'],
  ]);
});

test('a first row that goes with its copy is marked, also where the two say one time differently', async () => {
  const copy = { frame: 0, state: 'RED', minutesAgo: 1, utc: false };
  file.other.exec('DELETE FROM division_states; DELETE FROM sync_quarantine');
  for (const row of [{ ...copy, minutesAgo: 600, utc: true }, copy, copy]) insert(row);
  await execute(runWith(true), new Map());
  expect(marks()).toEqual([
    [1, null],
    [1, null],
    [1, null],
  ]);
});
