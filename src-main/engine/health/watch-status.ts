import type { Status } from '../../contract/status-shapes.ts';
import type { Logger } from '../log/logger.ts';
import type { EventHub } from '../rpc/event-hub.ts';
import type { Storage } from '../storage/service.ts';
import { watchChanges } from '../watch-changes.ts';

export interface WatchStatusOptions {
  readonly storage: Storage;
  readonly status: () => Promise<Status>;
  readonly events: EventHub;
  readonly log: Logger;
}

/** Tells listeners how it stands when that has changed, and with it how the cloud is. */
export function watchStatus({ storage, status, events, log }: WatchStatusOptions): { stop(): void } {
  return watchChanges({
    ...{ storage, events, log },
    name: 'status.changed',
    read: status,
    onTold: ({ cloud }) => events.emit('cloud.changed', cloud),
  });
}
