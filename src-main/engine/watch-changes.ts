import type { EventName } from '../contract/contract.ts';
import type { Logger } from './log/logger.ts';
import type { EnginePayloads, EventHub } from './rpc/event-hub.ts';

export interface WatchOptions<Name extends EventName> {
  readonly storage: { changeMark(): string };
  readonly events: EventHub;
  readonly log: Logger;
  readonly name: Name;
  readonly read: () => Promise<EnginePayloads[Name]>;
  /** after each time it was told */
  readonly onTold?: (payload: EnginePayloads[Name]) => void;
}

const watchEveryMs = 1000;
const quietProbeEveryMs = 5000;
/** What is read may be a second old: after a change it is read until it cannot be from before. */
const settleMs = 1500;

/**
 * Tells listeners of an event when what it carries has changed: at most once a second after committed data of any
 * process (SQLite's data_version), every five seconds for what time alone changes. Does nothing while nobody listens.
 */
export function watchChanges<Name extends EventName>(options: WatchOptions<Name>): { stop(): void } {
  const { storage, events, log, name, read, onTold } = options;
  let told = '';
  let seen = '';
  let askedAt = 0;
  let changedAt = 0;
  let busy = false;
  const timer = setInterval(() => {
    if (events.listeners(name) === 0 || busy) return;
    const mark = storage.changeMark();
    const at = performance.now();
    if (mark !== seen) changedAt = at;
    if (at - changedAt > settleMs && at - askedAt < quietProbeEveryMs) return;
    seen = mark;
    askedAt = at;
    busy = true;
    read()
      .then((payload) => {
        const text = JSON.stringify(payload);
        if (text === told) return;
        told = text;
        events.emit(name, payload);
        onTold?.(payload);
      })
      .catch((error: unknown) => log.warn('what changed could not be read', { name, error: String(error) }))
      .finally(() => {
        busy = false;
      });
  }, watchEveryMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
