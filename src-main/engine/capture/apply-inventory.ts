import { ensureLocation } from '../storage/service.ts';
import type { Applying } from './applying.ts';
import { type CaptureRecord, duplicate, type Outcome, refused, stored } from './capture-record.ts';
import type { InventoryMessage } from './messages.ts';
import { impossible } from './recorded-time.ts';

/** Takes a reading of stock into account (SPEC 9). Without a location it waits here until the box has one. */
export function applyInventory(
  applying: Applying,
  record: CaptureRecord,
  message: InventoryMessage,
): Outcome {
  const { db, memory, readings, nowMs } = applying;
  if (Number.isNaN(message.timestampMs))
    return refused(impossible('timestamp_utc', message.timestamp_utc ?? ''));
  const given = message.location_id ?? record.origin.defaults.locationId;
  const location = memory.location(given);
  if ('code' in location) {
    if (given !== null) return refused(location);
  } else {
    memory.adopt(db, location.locationId);
    ensureLocation(db, location.locationId);
  }
  const outcome = readings.apply(db, record.origin, message, nowMs);
  if (outcome === 'new') return stored;
  if (outcome === 'duplicate') return duplicate;
  return refused({
    code: 'conflict',
    message: `the reading of this timestamp_utc and frame_number (${message.frame_number}) is stored with other counts`,
  });
}
