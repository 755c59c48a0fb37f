import type { HealthReport } from '../../contract/health-shapes.ts';
import type { Logger } from '../log/logger.ts';
import type { EventHub } from '../rpc/event-hub.ts';

export interface HealthWatchOptions {
  readonly health: () => Promise<HealthReport>;
  readonly events: EventHub;
  readonly log: Logger;
}

const lookEveryMs = 30_000;
const firstLookMs = 5000;

/** Tells when health turns critical, when other things become critical, and when all has recovered; nothing twice (SPEC 6). */
export function watchHealth({ health, events, log }: HealthWatchOptions): { stop(): void } {
  let told = '';
  let timer = setTimeout(look, firstLookMs);
  timer.unref();

  async function look(): Promise<void> {
    try {
      const report = await health();
      const critical = report.checks.filter((check) => check.level === 'critical');
      const names = critical.map((check) => check.name).join(',');
      if (names !== told) {
        told = names;
        for (const check of critical)
          log.error('health is critical', { check: check.name, message: check.message });
        if (critical.length === 0) log.info('health has recovered');
        events.emit('health.changed', report);
      }
    } catch (error) {
      log.warn('health could not be looked at', { error: String(error) });
    }
    timer = setTimeout(look, lookEveryMs);
    timer.unref();
  }

  return { stop: () => clearTimeout(timer) };
}
