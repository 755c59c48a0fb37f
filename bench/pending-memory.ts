import { setTimeout as delay } from 'node:timers/promises';
import { temporaryFolder } from '../e2e/support/temporary-folder.ts';
import type { Figure, Measurement } from './measurement.ts';
import { cloudReady, type EngineProcess, startEngineProcess } from './support/engine-process.ts';
import { fillDataDir } from './support/fill-database.ts';
import { memoryOf } from './support/process-usage.ts';
import { quantile } from './support/rounds.ts';

const pending = 1_000_000;
const calmQuestions = 200;
const fewestSent = 200_000;
const longestSyncMs = 90_000;

/** A million waiting records: memory and the answer of `status.get`, at rest and while all of it is sent (SPEC 15). */
export const pendingMemory: Measurement = {
  name: 'pending-memory',
  async measure(say) {
    const folder = temporaryFolder('bench-pending');
    await fillDataDir(folder.path, { locationId: 'store_pending', records: pending, firstRound: 0 });
    say(`${pending} pending rows written`);
    const engine = await startEngineProcess(folder.path);
    try {
      const first = await statusMs(engine);
      await cloudReady(engine.client);
      const calm: number[] = [];
      for (let asked = 0; asked < calmQuestions; asked += 1) {
        calm.push(await statusMs(engine));
        await delay(10);
      }
      const atRest = memoryOf(engine.pid);
      const sync = await syncWatched(engine);
      say(`${sync.done} of ${pending} records sent in ${Math.round(sync.seconds)} s (${sync.outcome})`);
      return figuresOf({ first, calm, atRest: atRest.residentMb, sync, peak: memoryOf(engine.pid).peakMb });
    } finally {
      await engine.stop();
      folder.remove();
    }
  },
};

interface Observed {
  readonly first: number;
  readonly calm: readonly number[];
  readonly atRest: number;
  readonly sync: WatchedSync;
  readonly peak: number;
}

function figuresOf({ first, calm, atRest, sync, peak }: Observed): Figure[] {
  const under5: Figure['goal'] = { of: 'value', atMost: 5 };
  const under250: Figure['goal'] = { of: 'value', atMost: 250 };
  const whileSending = `${sync.done} of ${pending} sent (${sync.outcome}), status asked every 100 ms`;
  return [
    { name: 'status with 1 M pending, first answer', value: first, unit: 'ms' },
    { name: 'status with 1 M pending, p99', value: quantile(calm, 0.99), unit: 'ms', goal: under5 },
    { name: 'status while they are sent, p50', value: quantile(sync.answers, 0.5), unit: 'ms' },
    {
      name: 'status while they are sent, p95',
      value: quantile(sync.answers, 0.95),
      unit: 'ms',
      goal: under5,
      note: whileSending,
    },
    { name: 'engine with 1 M pending, resident', value: atRest, unit: 'MB', goal: under250 },
    {
      name: 'engine while they are sent, median',
      value: quantile(sync.residentMb, 0.5),
      unit: 'MB',
      goal: under250,
    },
    { name: 'engine, highest of all', value: peak, unit: 'MB', goal: under250, note: whileSending },
    { name: 'rate while they are sent', value: sync.done / sync.seconds, unit: 'records/s' },
  ];
}

async function statusMs({ client }: EngineProcess): Promise<number> {
  const began = performance.now();
  await client.call('status.get', {});
  return performance.now() - began;
}

interface WatchedSync {
  readonly done: number;
  /** how the run ended, and why where it was no success */
  readonly outcome: string;
  readonly seconds: number;
  /** milliseconds of each `status.get` meanwhile */
  readonly answers: readonly number[];
  readonly residentMb: readonly number[];
}

/** A full run from its first batch to its end, cancelled where it would take too long for a benchmark. */
async function syncWatched(engine: EngineProcess): Promise<WatchedSync> {
  const { client } = engine;
  const answers: number[] = [];
  const residentMb: number[] = [];
  let over = false;
  const began = performance.now();
  const run = client.call('sync.start', { mode: 'full', trigger: 'cli' }).finally(() => {
    over = true;
  });
  while (!over) {
    answers.push(await statusMs(engine));
    residentMb.push(memoryOf(engine.pid).residentMb);
    if (performance.now() - began > longestSyncMs) await client.call('sync.cancel', {});
    await delay(100);
  }
  const { sent, status, error } = (await run).run;
  if (sent < fewestSent) throw new Error(`The run failed: ${error}`);
  const outcome = error === null ? status : `${status}: ${error}`;
  return { done: sent, outcome, seconds: (performance.now() - began) / 1000, answers, residentMb };
}
