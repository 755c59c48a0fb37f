import { readdir } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { counter, type Family, gauge } from './exposition.ts';

/** What the engine's process takes; the names are those that all libraries of Prometheus use. */
export interface ProcessFigures {
  families(): Promise<readonly Family[]>;
  close(): void;
}

const probeEveryMs = 100;
const windowMs = 60_000;

export function createProcessFigures(): ProcessFigures {
  const startedAt = Date.now() / 1000 - process.uptime();
  const delays = monitorEventLoopDelay({ resolution: probeEveryMs });
  delays.enable();
  let before = { max: 0, mean: 0 };
  const turn = setInterval(() => {
    before = lagOf(delays);
    delays.reset();
  }, windowMs);
  turn.unref();

  return {
    async families() {
      const { user, system } = process.cpuUsage();
      const lag = lagOf(delays);
      const openFiles = await readdir('/proc/self/fd').catch(() => null);
      return [
        counter('process_cpu_seconds_total', 'CPU time the engine has taken.', (user + system) / 1e6),
        gauge('process_resident_memory_bytes', 'Memory the engine takes.', process.memoryUsage.rss()),
        gauge('process_start_time_seconds', 'When the engine was started.', startedAt),
        gauge('process_open_fds', 'Files and sockets the engine has open.', openFiles?.length ?? null),
        gauge(
          'backhaul_event_loop_lag_max_seconds',
          'The longest the engine was busy with one thing, over the last one to two minutes.',
          Math.max(lag.max, before.max),
        ),
        gauge(
          'backhaul_event_loop_lag_mean_seconds',
          'How long something that was due had to wait on average, since at most a minute.',
          lag.mean,
        ),
      ];
    },
    close() {
      clearInterval(turn);
      delays.disable();
    },
  };
}

/** The histogram holds the time between two probes, nanoseconds. */
function lagOf(delays: ReturnType<typeof monitorEventLoopDelay>): {
  readonly max: number;
  readonly mean: number;
} {
  if (delays.count === 0) return { max: 0, mean: 0 };
  const beyond = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e9 - probeEveryMs / 1000);
  return { max: beyond(delays.max), mean: beyond(delays.mean) };
}
