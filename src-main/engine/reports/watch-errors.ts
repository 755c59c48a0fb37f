import type { Logger } from '../log/logger.ts';
import type { EventHub } from '../rpc/event-hub.ts';
import type { Storage } from '../storage/service.ts';
import type { SummarizeErrors } from './summarize-errors.ts';

export interface ErrorWatchOptions {
  readonly storage: Storage;
  readonly summary: SummarizeErrors;
  readonly events: EventHub;
  readonly log: Logger;
}

const watchEveryMs = 1000;

/** Tells listeners when what needs a person has changed. Does nothing while nobody listens or nothing was committed. */
export function watchErrors({ storage, summary, events, log }: ErrorWatchOptions): { stop(): void } {
  let told = '';
  let seen = '';
  let busy = false;

  async function look(): Promise<void> {
    if (busy || events.listeners('errors.changed') === 0) return;
    const mark = storage.changeMark();
    if (mark === seen) return;
    seen = mark;
    busy = true;
    try {
      const now = await summary();
      const text = JSON.stringify(now);
      if (text !== told) events.emit('errors.changed', now);
      told = text;
    } catch (error) {
      log.warn('what needs a person could not be read', { error: String(error) });
    } finally {
      busy = false;
    }
  }

  const timer = setInterval(() => void look(), watchEveryMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
