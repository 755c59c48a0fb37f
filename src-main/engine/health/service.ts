import { statSync } from 'node:fs';
import type { HealthReport } from '../../contract/health-shapes.ts';
import type { CaptureStatus, CloudStatus, Status, StreamStatus } from '../../contract/status-shapes.ts';
import type { Config } from '../config/load-config.ts';
import type { Storage } from '../storage/service.ts';
import { comparisonOwed, lastVerification, type Scheduler, type Sync } from '../sync/service.ts';
import { lastSigns, silentCameras } from './camera-signs.ts';
import { judgeHealth } from './checks.ts';
import { damageOf } from './damage.ts';
import {
  backupFacts,
  diskSpace,
  lastDay,
  missableSlot,
  oldestPending,
  otherCloud,
  otherSync,
} from './facts.ts';
import { createPendingCounts } from './pending-counts.ts';
import { judge } from './verdict.ts';

export { watchHealth } from './watch-health.ts';
export { watchStatus } from './watch-status.ts';

export interface HealthOptions {
  readonly storage: Storage;
  readonly sync: Sync;
  readonly config: Config;
  readonly now: () => Date;
  /** how the cloud is, and why its configuration cannot be used at all */
  readonly cloudStatus: () => Promise<CloudStatus>;
  readonly cloudFault: string | null;
  readonly cloudExpected: boolean;
  readonly capture: () => CaptureStatus;
  readonly scheduler: Scheduler;
  /** why the last backup that was due was not made */
  readonly backupFailure: () => string | null;
  /** nothing runs by itself in an engine that ends with its command */
  readonly stays: boolean;
}

export interface Health {
  /** How it stands now (SPEC 6, 8). */
  status(): Promise<Status>;
  /** Every check with its level (SPEC 6). */
  health(): Promise<HealthReport>;
  /** when each active camera was last heard of (at most 30 s old), and which are silent too long (SPEC 6) */
  cameras(): Promise<{ readonly signs: ReadonlyMap<string, Date>; readonly silent: ReadonlySet<string> }>;
  /** records that wait, over all streams, at most a second old */
  pending(): Promise<number>;
  /** a run or a person has just decided something: the next answer counts anew */
  countAnew(): void;
}

const signsAreFreshMs = 30_000;

export function createHealth(options: HealthOptions): Health {
  const { storage, sync, config, now, scheduler } = options;
  const counts = createPendingCounts(storage, () => performance.now());
  let signs: {
    readonly at: number;
    readonly mark: string;
    readonly cameras: Promise<Map<string, Date>>;
  } | null = null;

  /** A scan of the held rows, so not with every question, and not while nothing was committed. */
  function cameraSigns(): Promise<Map<string, Date>> {
    const mark = storage.changeMark();
    if (signs === null || (performance.now() - signs.at > signsAreFreshMs && signs.mark !== mark)) {
      signs = { at: performance.now(), mark, cameras: lastSigns(storage) };
      signs.cameras.catch(() => {
        signs = null;
      });
    }
    return signs.cameras;
  }

  function silentAmong(cameras: ReadonlyMap<string, Date>, at: Date): ReturnType<typeof silentCameras> {
    const { openingHours, silentMinutes } = config.health;
    return silentCameras(cameras, openingHours, silentMinutes, storage.location.timeZone(), at);
  }

  async function health(): Promise<HealthReport> {
    const at = now();
    const [streams, cloud, disk, cameras] = await Promise.all([
      counts.get(),
      options.cloudStatus(),
      diskSpace(storage.path),
      cameraSigns(),
    ]);
    const pausedUntil = scheduler.pausedUntil();
    const { silentMinutes, bufferMegabytes } = config.health;
    return judgeHealth({
      capture: options.capture(),
      readOnlyReason: storage.readOnlyReason,
      missableSlot: pausedUntil === null ? missableSlot(storage, config, at) : null,
      pausedUntil,
      oldestPendingAt: oldestPending(streams),
      pending: streams.reduce((sum, stream) => sum + stream.pending, 0),
      disk,
      lastDay: lastDay(storage, at),
      verifyAgrees: otherCloud(storage, config) === null ? (lastVerification(storage)?.agrees ?? null) : null,
      bufferBytes: statSync(storage.path, { throwIfNoEntry: false })?.size ?? 0,
      bufferLimitBytes: bufferMegabytes * 1_048_576,
      clockOffsetMs: cloud.clockOffsetMs,
      silentCameras: silentAmong(cameras, at),
      silentMinutes,
      otherSync: otherSync(storage, at),
      backups: backupFacts(storage.path, config, options.backupFailure(), at),
      damage: damageOf(storage.salvage.list()),
    });
  }

  async function status(): Promise<Status> {
    const [streams, cloud, disk] = await Promise.all([
      counts.get(),
      options.cloudStatus(),
      diskSpace(storage.path),
    ]);
    const at = now();
    const lastRun = sync.journal.list(1)[0] ?? null;
    const verification = lastVerification(storage);
    const other = otherCloud(storage, config);
    const capture = options.capture();
    const pausedUntil = scheduler.pausedUntil();
    const { verdict, reasons } = judge({
      streams,
      lastRun,
      lastVerification: verification,
      comparisonOwed: comparisonOwed(storage),
      capture,
      cloud,
      cloudExpected: options.cloudExpected,
      cloudFault: options.cloudFault,
      otherCloud: other,
      readOnlyReason: storage.readOnlyReason,
      damage: damageOf(storage.salvage.list()),
      running: sync.running(),
      pausedUntil,
      freeDiskShare: disk.totalBytes === 0 ? 1 : disk.freeBytes / disk.totalBytes,
      // Where no engine stays nothing was promised; `health` tells it all the same.
      missedSlot:
        options.stays && pausedUntil === null ? missedSlot(missableSlot(storage, config, at), streams) : null,
    });
    return {
      verdict,
      reasons,
      locationId: storage.location.id(),
      timeZone: storage.location.timeZone(),
      streams: [...streams],
      lastRun,
      nextRunAt: options.stays ? (scheduler.nextRunAt()?.toISOString() ?? null) : null,
      pausedUntil: pausedUntil?.toISOString() ?? null,
      // What was compared with another cloud says nothing of this one.
      lastVerifiedAt: other === null ? (verification?.at ?? null) : null,
      capture,
      cloud,
    };
  }

  return {
    status,
    health,
    async cameras() {
      const seen = await cameraSigns();
      return { signs: seen, silent: new Set(silentAmong(seen, now()).map(({ cameraId }) => cameraId)) };
    },
    countAnew: () => counts.forget(),
    pending: async () => (await counts.get()).reduce((sum, stream) => sum + stream.pending, 0),
  };
}

/** The slot, if records older than it still wait. */
function missedSlot(slot: Date | null, streams: readonly StreamStatus[]): Date | null {
  const oldest = oldestPending(streams);
  return slot !== null && oldest !== null && oldest < slot ? slot : null;
}
