import type { Port } from '../contract/client.ts';
import type { Logger } from '../engine/log/logger.ts';

/** What tells that the box woke up or that its network is back. */
export interface WakeSources {
  /** the system resumed from sleep */
  onResume(listener: () => void): void;
  /** whether the computer has a network at all; costs nothing */
  isOnline(): boolean;
}

const lookEveryMs = 60_000;

/**
 * Tells the engine when the box woke up and when its network returned, so that it looks at once at what is due (SPEC
 * 5.2). The system tells of sleep; of the network it tells nobody, so that is looked at each minute and at each resume.
 */
export function watchWaking(sources: WakeSources, engine: Port, log: Logger): () => void {
  let online = sources.isOnline();

  function wake(cause: 'resumed' | 'online'): void {
    log.info('the engine is woken', { cause });
    void engine.call('schedule.wake', { cause });
  }

  function look(): void {
    const now = sources.isOnline();
    if (now && !online) wake('online');
    online = now;
  }

  sources.onResume(() => {
    online = sources.isOnline();
    wake('resumed');
  });
  const timer = setInterval(look, lookEveryMs);
  return () => clearInterval(timer);
}
