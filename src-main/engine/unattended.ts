import { type CloudAccess, type CloudWatch, keepCloud } from './cloud/service.ts';
import { type Health, watchHealth } from './health/service.ts';
import type { Inventory } from './inventory/service.ts';
import type { Logger } from './log/logger.ts';
import type { EventHub } from './rpc/event-hub.ts';
import type { Storage } from './storage/service.ts';
import type { Scheduler, Sync } from './sync/service.ts';

export interface UnattendedParts {
  readonly storage: Storage;
  readonly cloud: CloudAccess;
  readonly watch: CloudWatch;
  readonly scheduler: Scheduler;
  readonly sync: Sync;
  readonly health: Health;
  readonly inventory: Inventory;
  readonly events: EventHub;
  readonly log: Logger;
}

const tickEveryMs = 1000;
const pendingEveryMs = 5000;
const heartbeatEveryMs = 5 * 60_000;
/** Damage that opening does not show is looked for soon after the start, then once a day. */
const watchAgesEveryMs = 60_000;
const firstLookForDamageMs = 2000;
const lookForDamageEveryMs = 24 * 60 * 60_000;

/** What an engine that stays does by itself: keeps its cloud, runs the schedule, watches health, tells head office. */
export function startUnattended(parts: UnattendedParts): { stop(): void } {
  const { storage, scheduler, sync, health, log } = parts;
  const keeper = keepCloud(parts.cloud, log);
  const healthWatch = watchHealth({ health: () => health.health(), events: parts.events, log });
  const abort = new AbortController();
  let beatenAt = Number.NEGATIVE_INFINITY;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let beaten = '';

  /** Every few minutes, and when a run has changed how the box stands. */
  async function beat(): Promise<void> {
    const { verdict, lastRun } = await health.status();
    const state = `${verdict} ${lastRun?.runId ?? ''} ${lastRun?.status ?? ''}`;
    if (state === beaten && performance.now() - beatenAt < heartbeatEveryMs) return;
    beatenAt = performance.now();
    beaten = state;
    await sync.sendHeartbeat(verdict, await health.pending(), abort.signal);
  }

  const look = (): void => {
    storage
      .lookForDamage()
      .catch((error: unknown) => log.warn('the database could not be checked', { error: String(error) }));
  };
  const firstLook = setTimeout(look, firstLookForDamageMs);
  const looks = setInterval(look, lookForDamageEveryMs);
  const ages = setInterval(() => {
    parts.inventory
      .watchAges()
      .catch((error: unknown) => log.warn('what expired could not be noted', { error: String(error) }));
  }, watchAgesEveryMs);
  let beating = false;
  let failure = '';
  const timer = setInterval(() => {
    scheduler.tick().then(
      () => {
        failure = '';
      },
      (error: unknown) => {
        // A full disk fails every tick, and the log must not fill it further.
        if (failure !== String(error)) log.error('the schedule failed', { error: String(error) });
        failure = String(error);
      },
    );
    const due = performance.now() - lookedAt >= pendingEveryMs && parts.watch.last().reachable === true;
    if (!due || beating || sync.running()) return;
    beating = true;
    lookedAt = performance.now();
    beat()
      .catch((error: unknown) => log.debug('no heartbeat could be sent', { error: String(error) }))
      .finally(() => {
        beating = false;
      });
  }, tickEveryMs);
  return {
    stop() {
      clearInterval(timer);
      clearTimeout(firstLook);
      clearInterval(looks);
      clearInterval(ages);
      abort.abort();
      keeper.stop();
      healthWatch.stop();
    },
  };
}

/** Whether records wait, as it was a few seconds ago: asking costs a count. */
export function recentlyPending(
  health: () => Health,
  every = pendingEveryMs,
): { readonly any: () => boolean } {
  let pending = 0;
  let askedAt = Number.NEGATIVE_INFINITY;
  return {
    any() {
      if (performance.now() - askedAt > every) {
        askedAt = performance.now();
        health()
          .pending()
          .then(
            (count) => {
              pending = count;
            },
            () => undefined,
          );
      }
      return pending > 0;
    },
  };
}
