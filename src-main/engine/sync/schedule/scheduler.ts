import { BackhaulError } from '../../../contract/errors.ts';
import type { RunResult, SyncMode, SyncTrigger } from '../../../contract/run-shapes.ts';
import type { Logger } from '../../log/logger.ts';
import type { Storage } from '../../storage/service.ts';
import { createCatchUpPace, leavesRecords } from './catch-up.ts';
import { readScheduleState, type ScheduleState, writeScheduleState } from './schedule-state.ts';
import { createSlots, type SlotKind, type SlotPatterns } from './slots.ts';

export interface SchedulerOptions {
  readonly storage: Storage;
  readonly patterns: SlotPatterns & { readonly enabled: boolean };
  readonly catchUp: boolean;
  readonly log: Logger;
  readonly now: () => Date;
  /** milliseconds of a clock that stands still while the box sleeps and that nobody sets */
  readonly monotonicMs: () => number;
  readonly lastRun: () => RunResult | null;
  readonly start: (request: { readonly mode: SyncMode; readonly trigger: SyncTrigger }) => Promise<RunResult>;
  readonly pending: () => Promise<number>;
  /** whether the cloud answered when it was last asked, null before */
  readonly reachable: () => boolean | null;
}

/** Starts runs by themselves in an engine that stays (SPEC 5.2). */
export interface Scheduler {
  /** Looks what is due and does it; resolves when it is done. A tick during another does nothing. */
  tick(): Promise<void>;
  /** somebody has made records pending again: they go at once */
  wake(): void;
  /** null while switched off */
  nextRunAt(): Date | null;
  pausedUntil(): Date | null;
  /** ends by itself; at most 24 hours. @throws BackhaulError `invalid_input` */
  pause(hours: number): Promise<Date>;
  resume(): Promise<void>;
}

const longestPauseHours = 24;
const sleptFromMs = 60_000;
const clockSlackMs = 60_000;

export function createScheduler(options: SchedulerOptions): Scheduler {
  const { storage, patterns, now, log } = options;
  const slots = createSlots(patterns);
  const pace = createCatchUpPace();
  let busy = false;
  let wanted = false;
  let reachableBefore: boolean | null = null;
  let offset = now().getTime() - options.monotonicMs();

  function pausedUntil(): Date | null {
    const until = readScheduleState(storage)?.pausedUntil ?? null;
    return until === null || Date.parse(until) <= now().getTime() ? null : new Date(until);
  }

  /** The state as it holds now: begun on the first start, and set back where the clock was. */
  async function currentState(): Promise<ScheduleState> {
    const known = readScheduleState(storage);
    const at = now();
    const ahead = (text: string): boolean => Date.parse(text) > at.getTime() + clockSlackMs;
    if (known !== null && !ahead(known.hourly) && !ahead(known.full)) return known;
    const state = {
      hourly: at.toISOString(),
      full: at.toISOString(),
      pausedUntil: known?.pausedUntil ?? null,
    };
    if (known !== null) log.warn('the clock was set back; the schedule goes on from now');
    await writeScheduleState(storage, state);
    return state;
  }

  function dueSlot(state: ScheduleState, kind: SlotKind): Date | null {
    if (!patterns.enabled) return null;
    const slot = slots.next(kind, storage.location.timeZone(), new Date(state[kind]));
    return slot !== null && slot <= now() ? slot : null;
  }

  /** All slots that have passed are made up by one run; a full one holds the hourly one. */
  async function takeSlots(state: ScheduleState): Promise<boolean> {
    const full = dueSlot(state, 'full');
    const hourly = dueSlot(state, 'hourly');
    if (full === null && hourly === null) return false;
    const at = now().toISOString();
    await options.start({ mode: full === null ? 'hourly' : 'full', trigger: 'schedule' });
    const before = readScheduleState(storage) ?? state;
    await writeScheduleState(storage, {
      ...before,
      hourly: hourly === null ? before.hourly : at,
      full: full === null ? before.full : at,
    });
    return true;
  }

  /** After sleep, or when the network is back, what waits goes at once. */
  function noteReturns(): void {
    const drift = now().getTime() - options.monotonicMs() - offset;
    offset += drift;
    const reachable = options.reachable();
    const isBack = reachableBefore === false && reachable === true;
    if (reachable !== null) reachableBefore = reachable;
    if (!isBack && drift < sleptFromMs) return;
    pace.reset();
    wanted = true;
  }

  async function catchUp(): Promise<void> {
    if (!options.catchUp || !patterns.enabled || options.reachable() === false) return;
    const atMs = now().getTime();
    const left = leavesRecords(options.lastRun());
    if (wanted ? (await options.pending()) === 0 && !left : !left || !pace.isDue(atMs)) {
      wanted = false;
      return;
    }
    wanted = false;
    const run = await options.start({ mode: 'full', trigger: 'catch-up' });
    pace.ran(now().getTime(), !leavesRecords(run));
  }

  return {
    async tick() {
      if (busy || storage.readOnlyReason !== null) return;
      busy = true;
      try {
        noteReturns();
        const state = await currentState();
        if (pausedUntil() !== null) return;
        if (!(await takeSlots(state))) await catchUp();
      } finally {
        busy = false;
      }
    },
    wake() {
      wanted = true;
    },
    nextRunAt() {
      if (!patterns.enabled) return null;
      const from = readScheduleState(storage);
      const zone = storage.location.timeZone();
      const times = (['hourly', 'full'] as const)
        .map((kind) => slots.next(kind, zone, from === null ? now() : new Date(from[kind])))
        .filter((slot) => slot !== null);
      if (times.length === 0) return null;
      const earliest = Math.min(...times.map((slot) => slot.getTime()));
      return new Date(Math.max(earliest, pausedUntil()?.getTime() ?? 0));
    },
    pausedUntil,
    async pause(hours) {
      if (!(hours > 0 && hours <= longestPauseHours))
        throw new BackhaulError(
          'invalid_input',
          `A pause lasts up to ${longestPauseHours} hours. Nothing was changed.`,
        );
      const until = new Date(now().getTime() + hours * 3_600_000);
      await writeScheduleState(storage, { ...(await currentState()), pausedUntil: until.toISOString() });
      return until;
    },
    async resume() {
      await writeScheduleState(storage, { ...(await currentState()), pausedUntil: null });
    },
  };
}
