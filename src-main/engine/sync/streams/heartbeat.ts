import type { CloudSession } from '../../cloud/service.ts';
import { tableSink } from '../../cloud/service.ts';
import type { OutgoingRow } from '../outgoing-row.ts';
import { cloudKeys } from './list.ts';

/** How the box is, for head office (SPEC 5.5). */
export interface Heartbeat {
  readonly at: Date;
  readonly version: string;
  readonly pending: number;
  readonly verdict: string;
  readonly serviceInstance: string;
}

/** One row a location, beside those of its runs, that is always overwritten. */
const heartbeatKey = '00000000-0000-0000-0000-000000000000';

/** @throws CloudError; nobody's records depend on it */
export async function sendHeartbeat(
  session: CloudSession,
  locationId: string,
  { at, version, pending, verdict, serviceInstance }: Heartbeat,
  signal: AbortSignal,
): Promise<void> {
  const sink = tableSink(
    session,
    { table: 'ASE_sync_status', key: cloudKeys.sync_status ?? [] },
    (row: OutgoingRow) => row,
  );
  const row = {
    location_id: locationId,
    run_key: heartbeatKey,
    sync_type: 'heartbeat',
    verdict,
    pending,
    version,
    last_sync_time: at.toISOString(),
    service_instance: serviceInstance,
  };
  await sink.send([{ row, onConflict: 'update' }], signal);
}
