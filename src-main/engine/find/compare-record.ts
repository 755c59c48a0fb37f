import { storeTime } from '../time/store-time.ts';
import type { CloudRow } from './cloud-records.ts';
import type { LocalRecord } from './local-records.ts';

/** PostgreSQL keeps microseconds, a text may hold more: the same instant to the millisecond is the same. */
const toleranceMs = 1;

/** Whether the cloud's row holds what would travel. */
export function isSameContent({ payload, epochMs }: LocalRecord, cloud: CloudRow): boolean {
  return Object.entries(payload).every(([name, value]) => {
    if (name === 'timestamp_recorded') return isSameInstant(epochMs, cloud.timestamp_recorded);
    return isSameValue(value, cloud[name]);
  });
}

function isSameInstant(epochMs: number | null, text: string | null): boolean {
  const there = text === null ? null : storeTime('UTC').toEpochMs(text);
  if (epochMs === null || there === null) return epochMs === there;
  return Math.abs(epochMs - there) <= toleranceMs;
}

/** SQLite keeps a number as text where another program wrote it so; the cloud has read it as a number. */
function isSameValue(here: unknown, there: unknown): boolean {
  if (here === null || here === undefined || there === null || there === undefined)
    return (here ?? null) === (there ?? null);
  return typeof there === 'number' ? Number(here) === there : String(here) === String(there);
}
