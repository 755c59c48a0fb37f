import { statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { withCloudBoxes } from '../../../../e2e/support/cloud-boxes.ts';
import { insertDivisionState, silentLog } from '../../../../e2e/support/test-box.ts';
import type { RunResult } from '../../../contract/run-shapes.ts';
import { utcText } from '../../storage/service.ts';
import { createScheduler, type Scheduler, type SchedulerOptions } from './scheduler.ts';
import { createSlots, previousSlot } from './slots.ts';

const boxes = withCloudBoxes();
const patterns = { enabled: true, hourly: '0 11-23 * * *', full: '0 3 * * *' };
const minute = 60_000;

/** A box with a clock of its own and a schedule that is asked by hand. */
async function openBox(startsAt: string, timeZone: string) {
  const clock = { at: Date.parse(startsAt), monotonic: 0 };
  const state = {
    reachable: true,
    runs: [] as { at: Date; mode: string; trigger: string; run: RunResult }[],
  };
  const now = (): Date => new Date(clock.at);
  const box = await boxes.openProxied({ timeZone, attempts: 1, now });
  const make = (over: Partial<SchedulerOptions> = {}): Scheduler =>
    createScheduler({
      storage: box.storage,
      patterns,
      catchUp: true,
      log: silentLog,
      now,
      monotonicMs: () => clock.monotonic,
      lastRun: () => box.sync.journal.list(1)[0] ?? null,
      start: async ({ mode, trigger }) => {
        const { run } = await box.sync.start({ mode, trigger, dryRun: false });
        state.runs.push({ at: now(), mode, trigger, run });
        return run;
      },
      pending: () =>
        Promise.resolve(
          box.other
            .prepare('SELECT count(*) FROM division_states WHERE synced_to_cloud = 0')
            .pluck()
            .get() as number,
        ),
      reachable: () => state.reachable,
      ...over,
    });
  const pass = (minutes: number, asleep = false): void => {
    clock.at += minutes * minute;
    if (!asleep) clock.monotonic += minutes * minute;
  };
  const insert = (frame: number): void => {
    insertDivisionState(box, frame, {
      session_id: `s${Math.floor(frame / 200)}`,
      created_at: utcText(now()),
    });
  };
  return { box, clock, state, make, pass, insert, now };
}

describe('slots', () => {
  test('are those of the store, not of the process', () => {
    const next = createSlots(patterns).next('full', 'Asia/Shanghai', new Date('2026-11-01T12:00:00Z'));
    expect(next?.toISOString()).toBe('2026-11-01T19:00:00.000Z');
  });

  test('a skipped hour moves forward, of an hour that comes twice the first counts', () => {
    const nightly = createSlots({ hourly: null, full: '30 2 * * *' });
    const spring = nightly.next('full', 'America/New_York', new Date('2026-03-07T12:00:00Z'));
    expect(spring?.toISOString()).toBe('2026-03-08T07:00:00.000Z');
    const twice = createSlots({ hourly: null, full: '30 1 * * *' });
    const first = twice.next('full', 'America/New_York', new Date('2026-10-31T12:00:00Z'));
    expect(first?.toISOString()).toBe('2026-11-01T05:30:00.000Z');
    expect(twice.next('full', 'America/New_York', first as Date)?.toISOString()).toBe(
      '2026-11-02T06:30:00.000Z',
    );
  });

  test('the one before an instant may be the instant itself', () => {
    const at = (text: string) => previousSlot(patterns, 'Asia/Shanghai', new Date(text))?.toISOString();
    expect(at('2026-11-01T15:00:00Z')).toBe('2026-11-01T15:00:00.000Z');
    expect(at('2026-11-01T18:59:00Z')).toBe('2026-11-01T15:00:00.000Z');
    expect(at('2026-11-01T19:00:00Z')).toBe('2026-11-01T19:00:00.000Z');
  });
});

test('the first start runs nothing that was due before it', async () => {
  const { make, state, pass } = await openBox('2026-11-02T10:30:00Z', 'Asia/Shanghai');
  const scheduler = make();
  await scheduler.tick();
  expect(state.runs).toEqual([]);
  expect(scheduler.nextRunAt()?.toISOString()).toBe('2026-11-02T11:00:00.000Z');
  pass(30);
  await scheduler.tick();
  await scheduler.tick();
  expect(state.runs.map(({ mode, trigger }) => [mode, trigger])).toEqual([['hourly', 'schedule']]);
});

test('slots missed while the box was off are made up once, by one full run where the nightly one is among them', async () => {
  const { make, state, pass } = await openBox('2026-11-02T13:30:00Z', 'Asia/Shanghai');
  await make().tick();
  pass(14 * 60);
  const after = make();
  await after.tick();
  await after.tick();
  expect(state.runs.map((run) => run.mode)).toEqual(['full']);
  expect(after.nextRunAt()?.toISOString()).toBe('2026-11-03T04:00:00.000Z');
});

test('a slot whose run was killed is made up at the next start', async () => {
  const { make, state, pass } = await openBox('2026-11-02T10:30:00Z', 'Asia/Shanghai');
  await make().tick();
  pass(31);
  const killed = make({ start: () => Promise.reject(new Error('killed')) });
  await expect(killed.tick()).rejects.toThrow('killed');
  await make().tick();
  expect(state.runs.map((run) => run.mode)).toEqual(['hourly']);
});

test('an hourly run that leaves older records is followed by a full one', async () => {
  const { make, state, pass, insert } = await openBox('2026-11-02T05:00:00Z', 'Asia/Shanghai');
  const scheduler = make();
  await scheduler.tick();
  insert(1);
  pass(4 * 60);
  insert(2);
  state.runs.length = 0;
  await scheduler.tick();
  await scheduler.tick();
  expect(state.runs.map(({ mode, trigger, run }) => [mode, trigger, run.stranded])).toEqual([
    ['hourly', 'schedule', 1],
    ['full', 'catch-up', 0],
  ]);
  await scheduler.tick();
  expect(state.runs.length).toBe(2);
});

test('with catching up switched off the stranded ones wait for the nightly run', async () => {
  const { make, state, pass, insert } = await openBox('2026-11-02T05:00:00Z', 'Asia/Shanghai');
  const scheduler = make({ catchUp: false });
  await scheduler.tick();
  insert(1);
  pass(4 * 60);
  for (let tick = 0; tick < 3; tick += 1) await scheduler.tick();
  expect(state.runs.map((run) => run.mode)).toEqual(['hourly']);
});

test('a pause holds every run back, shows when it ends, ends by itself, and what was missed is made up', async () => {
  const { make, state, pass } = await openBox('2026-11-02T05:00:00Z', 'Asia/Shanghai');
  const scheduler = make();
  await scheduler.tick();
  expect((await scheduler.pause(24)).toISOString()).toBe('2026-11-03T05:00:00.000Z');
  await expect(scheduler.pause(25)).rejects.toThrow('24 hours');
  for (let hour = 0; hour < 23; hour += 1) {
    pass(60);
    await make().tick();
  }
  expect(state.runs).toEqual([]);
  expect(scheduler.nextRunAt()?.toISOString()).toBe('2026-11-03T05:00:00.000Z');
  pass(61);
  await scheduler.tick();
  expect([state.runs.map((run) => run.mode), scheduler.pausedUntil()]).toEqual([['full'], null]);
  await scheduler.pause(5);
  await scheduler.resume();
  expect(scheduler.pausedUntil()).toBeNull();
});

test('after sleep, and when the network is back, what waits goes at once', async () => {
  const { make, state, pass, insert } = await openBox('2026-11-02T00:00:00Z', 'Asia/Shanghai');
  const scheduler = make();
  await scheduler.tick();
  insert(1);
  pass(5);
  await scheduler.tick();
  expect(state.runs).toEqual([]);
  pass(30, true);
  await scheduler.tick();
  expect(state.runs.map((run) => run.trigger)).toEqual(['catch-up']);
  insert(2);
  state.reachable = false;
  await scheduler.tick();
  state.reachable = true;
  await scheduler.tick();
  expect(state.runs.map((run) => run.run.sent)).toEqual([4, 1]);
});

test('catching up that does not help comes less and less often', async () => {
  const { make, state, pass, insert } = await openBox('2026-11-02T00:00:00Z', 'Asia/Shanghai');
  boxes.proxy.treat(() => ({
    status: 403,
    body: '{"code":"42501","message":"permission denied for table"}',
  }));
  const scheduler = make();
  await scheduler.tick();
  insert(1);
  scheduler.wake();
  await scheduler.tick();
  expect(state.runs.length).toBe(1);
  for (let second = 0; second < 3600; second += 10) {
    pass(1 / 6);
    await scheduler.tick();
  }
  expect(state.runs.length).toBeGreaterThan(4);
  expect(state.runs.length).toBeLessThan(12);
  boxes.proxy.treat(() => 'pass');
  pass(11);
  await scheduler.tick();
  expect(state.runs.at(-1)?.run).toMatchObject({ status: 'success', verified: true });
});

test('a clock that was set back a day does not stop the schedule', async () => {
  const { make, state, pass, clock } = await openBox('2026-11-02T10:30:00Z', 'Asia/Shanghai');
  await make().tick();
  pass(31);
  await make().tick();
  clock.at -= 24 * 60 * minute;
  const scheduler = make();
  await scheduler.tick();
  pass(60);
  await scheduler.tick();
  expect(state.runs.map((run) => run.mode)).toEqual(['hourly', 'hourly']);
});

test('a week across a change to winter time, a night off, an outage of 8 h and one of 3 days: every slot once, nothing lost', async () => {
  const zone = 'America/New_York';
  const { box, make, state, pass, insert, now } = await openBox('2026-10-29T12:00:00Z', zone);
  const within = (from: string, to: string): boolean =>
    now().toISOString() >= from && now().toISOString() < to;
  const isOut = (): boolean =>
    within('2026-10-30T16:00', '2026-10-31T00:00') || within('2026-11-02T02:00', '2026-11-05T02:00');
  const isOff = (): boolean => within('2026-11-01T02:00', '2026-11-01T14:00');
  let scheduler = make();
  let frame = 0;
  let wasOff = false;
  while (now().toISOString() < '2026-11-06T12:00') {
    if (isOff()) wasOff = true;
    else {
      if (wasOff) scheduler = make();
      wasOff = false;
      state.reachable = !isOut();
      boxes.proxy.treat(() => (isOut() ? 'reset before' : 'pass'));
      insert(frame);
      frame += 1;
      await scheduler.tick();
    }
    pass(5);
  }
  boxes.proxy.treat(() => 'pass');
  pass(24 * 60);
  await scheduler.tick();
  const slots = expectedSlots(zone, isOffAt);
  const scheduled = state.runs.filter((run) => run.trigger === 'schedule');
  expect(scheduled.slice(0, slots.length).map((run) => run.at.toISOString())).toEqual(slots);
  const caughtUp = state.runs.filter((run) => run.trigger === 'catch-up' && run.run.status === 'success');
  expect(caughtUp.length).toBeGreaterThanOrEqual(2);
  const rows = await boxes.cloud.sql<{ n: number; frames: number }>(
    `SELECT count(*)::int AS n, count(DISTINCT frame_number)::int AS frames FROM "ASE_division_states" WHERE location_id = $1`,
    [box.locationId],
  );
  expect(rows).toEqual([{ n: frame, frames: frame }]);
  expect(state.runs.at(-1)?.run).toMatchObject({ status: 'success', verified: true, mode: 'full' });
  const held = box.other.prepare('SELECT count(*) FROM division_states').pluck().get() as number;
  expect(held).toBe(0);
  expect(statSync(box.storage.path).size).toBeLessThan(1_000_000);
}, 60_000);

const isOffAt = (at: Date): boolean =>
  at.toISOString() >= '2026-11-01T02:00' && at.toISOString() < '2026-11-01T14:00';

/** Every slot of the week to the minute, those of the night off once, when the box was on again. */
function expectedSlots(zone: string, isOff: (at: Date) => boolean): string[] {
  const formatter = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', hour12: false });
  const slots: string[] = [];
  let missed = false;
  for (
    let at = Date.parse('2026-10-29T12:05:00Z');
    at < Date.parse('2026-11-06T12:00:00Z');
    at += 5 * minute
  ) {
    const date = new Date(at);
    const hour = Number(formatter.format(date));
    const isSlot = date.getUTCMinutes() === 0 && (hour >= 11 || hour === 3);
    if (isOff(date)) missed ||= isSlot;
    else if (missed || isSlot) {
      slots.push(date.toISOString());
      missed = false;
    }
  }
  return slots;
}
