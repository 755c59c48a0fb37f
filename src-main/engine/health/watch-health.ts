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

/** Tells when a check's level changes; what turns critical is also written into the log. Nothing twice (SPEC 6). */
export function watchHealth({ health, events, log }: HealthWatchOptions): { stop(): void } {
  let told = '';
  let logged = '';
  let timer = setTimeout(look, firstLookMs);
  timer.unref();

  async function look(): Promise<void> {
    try {
      const report = await health();
      const levels = report.checks.map(({ name, level }) => `${name} ${level}`).join(',');
      if (levels !== told) {
        told = levels;
        logCritical(report);
        events.emit('health.changed', report);
      }
    } catch (error) {
      log.warn('health could not be looked at', { error: String(error) });
    }
    timer = setTimeout(look, lookEveryMs);
    timer.unref();
  }

  function logCritical({ checks }: HealthReport): void {
    const critical = checks.filter((check) => check.level === 'critical');
    const names = critical.map((check) => check.name).join(',');
    if (names === logged) return;
    logged = names;
    for (const { name, message } of critical) log.error('health is critical', { check: name, message });
    if (critical.length === 0) log.info('health has recovered');
  }

  return { stop: () => clearTimeout(timer) };
}
