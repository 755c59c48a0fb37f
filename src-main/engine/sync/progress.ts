import type { RunProgress, RunResult, SyncMode, SyncTrigger } from '../../contract/run-shapes.ts';

/** Follows a run and tells about it at most four times a second; the last word always gets through. */
export interface ProgressMeter {
  begin(runId: number | null): void;
  plan(total: number): void;
  stream(name: string, planned: number): void;
  /** records of the current stream that are settled, and those among them that are in the cloud */
  done(records: number, uploaded: number): void;
  endStream(): void;
  phase(phase: RunProgress['phase']): void;
  finish(result: RunResult): void;
}

const shortestPauseMs = 250;

export function createProgressMeter(
  run: { readonly mode: SyncMode; readonly trigger: SyncTrigger },
  now: () => number,
  tell: (progress: RunProgress) => void,
): ProgressMeter {
  const state = {
    runId: null as number | null,
    phase: 'planning' as RunProgress['phase'],
    stream: null as string | null,
  };
  const counts = { planned: 0, before: 0, streamPlanned: 0, streamDone: 0, streamUploaded: 0 };
  let sendingSince = 0;
  let lastTold = Number.NEGATIVE_INFINITY;

  const snapshot = (result: RunResult | null): RunProgress => {
    const done = counts.before + counts.streamDone;
    const seconds = (now() - sendingSince) / 1000;
    const rate = state.phase === 'sending' && seconds > 0.2 ? done / seconds : 0;
    return {
      ...state,
      ...run,
      planned: Math.max(counts.planned, done),
      done,
      streamPlanned: counts.streamPlanned,
      streamDone: counts.streamDone,
      streamUploaded: counts.streamUploaded,
      recordsPerSecond: rate,
      etaSeconds: etaRange(counts.planned - done, rate),
      result,
    };
  };
  const say = (urgent: boolean): void => {
    if (!urgent && now() - lastTold < shortestPauseMs) return;
    lastTold = now();
    tell(snapshot(null));
  };
  return {
    begin(runId) {
      state.runId = runId;
      say(true);
    },
    plan(total) {
      counts.planned = total;
      state.phase = 'sending';
      sendingSince = now();
      say(true);
    },
    stream(name, planned) {
      state.stream = name;
      counts.streamPlanned = planned;
      counts.streamDone = 0;
      counts.streamUploaded = 0;
      say(false);
    },
    done(records, uploaded) {
      counts.streamDone = records;
      counts.streamUploaded = uploaded;
      say(false);
    },
    endStream() {
      if (counts.streamPlanned > 0) say(true);
      counts.before += counts.streamDone;
      counts.streamDone = 0;
    },
    phase(phase) {
      state.phase = phase;
      say(true);
    },
    finish(result) {
      state.phase = 'finished';
      tell(snapshot(result));
    },
  };
}

/** A range that is never 0 while work remains; null until there is a rate. */
function etaRange(left: number, rate: number): { low: number; high: number } | null {
  if (rate <= 0 || left <= 0) return null;
  const seconds = left / rate;
  return { low: Math.max(1, Math.floor(seconds * 0.8)), high: Math.max(2, Math.ceil(seconds * 1.5)) };
}
