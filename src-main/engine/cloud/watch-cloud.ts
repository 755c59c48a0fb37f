import type { CloudStatus } from '../../contract/status-shapes.ts';
import type { Logger } from '../log/logger.ts';
import type { CloudAccess } from './cloud-access.ts';

export interface CloudWatch {
  /** how the cloud was when it was last asked */
  last(): CloudStatus;
  /** ISO, since when it answers, or does not; null before it was asked */
  since(): string | null;
  /** asks now */
  look(): Promise<CloudStatus>;
  stop(): void;
}

export interface CloudWatchOptions {
  readonly cloud: CloudAccess;
  readonly log: Logger;
  readonly now: () => Date;
  /** records wait or a window is open: it is asked more often */
  readonly isUrgent: () => boolean;
  readonly onChange: (status: CloudStatus) => void;
}

const urgentEveryMs = 5000;
const quietEveryMs = 60_000;
const lookEveryMs = 1000;

/** Probes the cloud every 5 s while records wait or a window is open, else every minute (SPEC 5.2). */
export function watchCloud(options: CloudWatchOptions): CloudWatch {
  const { cloud, now, log } = options;
  let last: CloudStatus = { kind: cloud.kind, reachable: null, url: null, since: null, clockOffsetMs: null };
  let askedAt = Number.NEGATIVE_INFINITY;
  let changedAt: string | null = null;
  let asking: Promise<CloudStatus> | null = null;

  async function ask(): Promise<CloudStatus> {
    askedAt = performance.now();
    const answer = await cloud.status();
    const changed = answer.reachable !== last.reachable;
    if (changed) changedAt = now().toISOString();
    const silent = answer.reachable === false;
    const since = silent ? (changed ? now().toISOString() : last.since) : null;
    if (changed && silent) log.warn('the cloud does not answer', { url: answer.url });
    if (changed && answer.reachable === true) log.info('the cloud answers', { url: answer.url });
    last = { ...answer, since };
    if (changed) options.onChange(last);
    return last;
  }

  function look(): Promise<CloudStatus> {
    asking ??= ask().finally(() => {
      asking = null;
    });
    return asking;
  }

  const timer = setInterval(() => {
    const every = options.isUrgent() ? urgentEveryMs : quietEveryMs;
    // Until it has answered once it is about to: a cloud of this box is being started.
    if (last.reachable !== null && performance.now() - askedAt < every) return;
    look().catch((error: unknown) => log.warn('the cloud could not be asked', { error: String(error) }));
  }, lookEveryMs);
  timer.unref();
  return { last: () => last, since: () => changedAt, look, stop: () => clearInterval(timer) };
}
