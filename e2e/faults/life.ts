import { type FSWatcher, watch } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunningCommand } from '../support/command-line.ts';
import type { CuttingProxy } from '../support/cutting-proxy.ts';
import { seededRandom } from '../support/seeded-random.ts';
import type { Death, Plan, Weather } from './plan.ts';
import { treatmentOf } from './weather.ts';

const longestMs = 1_500;
const log = 'detection_data.db-wal';

/** What can bring a process to its end: time, its acknowledgements, its commits, or the cloud's answers. */
export interface Reaper {
  /** the producer tells the number of its acknowledgements */
  acknowledged(acks: number): void;
  /** when the process is dead: whether it died as planned, and was not just killed after a second and a half */
  done(): Promise<boolean>;
}

/** Watches a process and kills it at the planned point. */
export function reap(
  process: RunningCommand,
  death: Death,
  around: { readonly dataDir: string; readonly proxy: CuttingProxy },
): Reaper {
  let watcher: FSWatcher | null = null;
  let answers = 0;
  let writes = 0;
  let struck = death.at === 'stop';
  const kill = (): void => {
    struck = true;
    process.kill('SIGKILL');
  };
  if (death.at === 'commit') {
    watcher = watch(around.dataDir, (_event, name) => {
      if (name !== log) return;
      writes += 1;
      if (writes === death.writes) kill();
    });
    watcher.on('error', () => undefined);
  }
  around.proxy.onAnswer(async (request, status) => {
    if (death.at !== 'answer' && death.at !== 'answer withheld') return;
    if (status >= 300 || (death.of === 'states' && !carriesStates(request))) return;
    answers += 1;
    if (death.at === 'answer withheld' && answers === death.requests) {
      kill();
      await process.finished;
    }
    if (death.at === 'answer' && answers === death.requests) setTimeout(kill, death.afterMs);
  });
  if (death.at === 'time' || death.at === 'start') setTimeout(kill, death.afterMs);
  if (death.at === 'stop') setTimeout(() => process.kill('SIGTERM'), death.afterMs);
  return {
    acknowledged(acks) {
      if (death.at === 'ack' && acks === death.acks) kill();
    },
    async done() {
      const late = new AbortController();
      await Promise.race([
        process.finished,
        delay(longestMs, undefined, { signal: late.signal }).catch(() => undefined),
      ]);
      late.abort();
      if (death.at !== 'stop') process.kill('SIGKILL');
      await process.finished;
      watcher?.close();
      around.proxy.onAnswer(() => undefined);
      return struck;
    },
  };
}

function carriesStates({ method, url }: IncomingMessage): boolean {
  return method === 'POST' && url?.includes('_states') === true;
}

/** Lets requests fare as the weather is, counted from now, each after its way. */
export function setWeather(
  proxy: CuttingProxy,
  weather: readonly Weather[],
  { seed, latencyMs, jitterMs }: Pick<Plan, 'seed' | 'latencyMs' | 'jitterMs'>,
): void {
  const random = seededRandom(seed);
  const began = performance.now();
  proxy.treat(async () => {
    const wayMs = latencyMs + (jitterMs > 0 ? random.whole(0, jitterMs) : 0);
    if (wayMs > 0) await delay(wayMs);
    const now = performance.now() - began;
    const here = weather.find(({ fromMs, untilMs }) => now >= fromMs && now < untilMs);
    return here !== undefined && random.chance(here.chance) ? treatmentOf(here.name) : 'pass';
  });
}

/** Where a data directory's engine listens. */
export function bridgeOf(dataDir: string): string {
  return join(dataDir, 'bridge.sock');
}
