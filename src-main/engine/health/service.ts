import type { CaptureStatus, Status } from '../../contract/status-shapes.ts';
import type { CloudAccess } from '../cloud/service.ts';
import type { Storage } from '../storage/service.ts';
import { lastVerification, type Sync } from '../sync/service.ts';
import { createPendingCounts } from './pending-counts.ts';
import { judge } from './verdict.ts';

export { watchStatus } from './watch-status.ts';

export interface HealthOptions {
  readonly storage: Storage;
  readonly sync: Sync;
  readonly cloud: CloudAccess;
  readonly cloudExpected: boolean;
  readonly capture: () => CaptureStatus;
}

export interface Health {
  /** How it stands now (SPEC 6, 8). */
  status(): Promise<Status>;
}

export function createHealth(options: HealthOptions): Health {
  const { storage, sync } = options;
  const counts = createPendingCounts(storage, () => performance.now());
  return {
    async status() {
      const [streams, cloud] = await Promise.all([counts.get(), options.cloud.status()]);
      const lastRun = sync.journal.list(1)[0] ?? null;
      const verification = lastVerification(storage);
      const capture = options.capture();
      const { verdict, reasons } = judge({
        streams,
        lastRun,
        lastVerification: verification,
        capture,
        cloud,
        cloudExpected: options.cloudExpected,
        cloudFault: options.cloud.fault?.message ?? null,
        readOnlyReason: storage.readOnlyReason,
        running: sync.running(),
      });
      return {
        verdict,
        reasons,
        locationId: storage.location.id(),
        timeZone: storage.location.timeZone(),
        streams: [...streams],
        lastRun,
        nextRunAt: null,
        pausedUntil: null,
        lastVerifiedAt: verification?.at ?? null,
        capture,
        cloud,
      };
    },
  };
}
