import type { Status } from '../../contract/status-shapes.ts';
import type { Logger } from '../log/logger.ts';
import type { EventHub } from '../rpc/event-hub.ts';
import type { Storage } from '../storage/service.ts';

export interface WatchOptions {
  readonly storage: Storage;
  readonly status: () => Promise<Status>;
  readonly events: EventHub;
  readonly log: Logger;
}

const watchEveryMs = 1000;
const quietProbeEveryMs = 5000;

/**
 * Tells listeners when something has changed: committed data of any process (SQLite's data_version), a run, the
 * cloud. Does nothing while nobody listens.
 */
export function watchStatus({ storage, status, events, log }: WatchOptions): { stop(): void } {
  let told = '';
  let seen = '';
  let askedAt = 0;
  let busy = false;
  const timer = setInterval(() => {
    if (events.listeners('status.changed') === 0 || busy) return;
    const mark = storage.changeMark();
    if (mark === seen && performance.now() - askedAt < quietProbeEveryMs) return;
    seen = mark;
    askedAt = performance.now();
    busy = true;
    status()
      .then((now) => {
        const text = JSON.stringify(now);
        if (text === told) return;
        told = text;
        events.emit('status.changed', now);
        events.emit('cloud.changed', now.cloud);
      })
      .catch((error: unknown) => log.warn('the status could not be read', { error: String(error) }))
      .finally(() => {
        busy = false;
      });
  }, watchEveryMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
