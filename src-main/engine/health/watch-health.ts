import type { HealthReport } from '../../contract/health-shapes.ts';
import type { Logger } from '../log/logger.ts';
import type { EnginePayloads, EventHub } from '../rpc/event-hub.ts';

export interface HealthWatchOptions {
  readonly health: () => Promise<HealthReport>;
  readonly events: EventHub;
  readonly log: Logger;
}

const lookEveryMs = 30_000;
const firstLookMs = 5000;
/** until what a run has changed is counted anew */
const afterRunMs = 1200;

/**
 * Tells when a check's level changes; what turns critical is also written into the log. Nothing twice (SPEC 6). What was
 * said to be wrong is looked at again as soon as a run has ended, which may have mended it.
 */
export function watchHealth({ health, events, log }: HealthWatchOptions): { stop(): void } {
  let told = '';
  let logged = '';
  let isWell = true;
  let isLooking = false;
  let runEnded = false;
  let timer: NodeJS.Timeout;
  let stopped = false;

  function lookIn(delayMs: number): void {
    clearTimeout(timer);
    if (stopped) return;
    timer = setTimeout(look, delayMs);
    timer.unref();
  }

  async function look(): Promise<void> {
    isLooking = true;
    runEnded = false;
    try {
      const report = await health();
      isWell = report.checks.every(({ level }) => level === 'ok');
      const levels = report.checks.map(({ name, level }) => `${name} ${level}`).join(',');
      if (levels !== told) {
        told = levels;
        logCritical(report);
        events.emit('health.changed', report);
      }
    } catch (error) {
      log.warn('health could not be looked at', { error: String(error) });
    }
    isLooking = false;
    lookIn(!isWell && runEnded ? afterRunMs : lookEveryMs);
  }

  function logCritical({ checks }: HealthReport): void {
    const critical = checks.filter((check) => check.level === 'critical');
    const names = critical.map((check) => check.name).join(',');
    if (names === logged) return;
    logged = names;
    for (const { name, message } of critical) log.error('health is critical', { check: name, message });
    if (critical.length === 0) log.info('health has recovered');
  }

  lookIn(firstLookMs);
  const unsubscribe = events.subscribe('sync.progress', (payload) => {
    if ((payload as EnginePayloads['sync.progress']).phase !== 'finished') return;
    runEnded = true;
    if (!isWell && !isLooking) lookIn(afterRunMs);
  });
  return {
    stop() {
      stopped = true;
      unsubscribe();
      clearTimeout(timer);
    },
  };
}
