import { storeTime } from '../time/store-time.ts';
import { count, type Fields, optionalId, ShapeFault, wholeNumber } from './fields.ts';
import type { InventoryMessage } from './messages.ts';

const mostProducts = 500;
const longestName = 200;
/** the end of the year 9999 */
const endSeconds = 253_402_300_800;

/** An `inventory` line: counts by product, when and in which frame they were taken (SPEC 4.1, 9). */
export function inventory(fields: Fields): InventoryMessage {
  return {
    type: 'inventory',
    location_id: optionalId(fields, 'location_id'),
    frame_number: fields.frame_number == null ? null : wholeNumber(fields, 'frame_number'),
    ...time(fields.timestamp_utc),
    counts: counts(fields.counts),
  };
}

/** Epoch seconds, or a text that is read as UTC where it has no offset. */
function time(value: unknown): Pick<InventoryMessage, 'timestamp_utc' | 'timestampMs'> {
  if (value == null) return { timestamp_utc: null, timestampMs: null };
  if (typeof value === 'number') {
    const isPossible = value >= 0 && value < endSeconds;
    return { timestamp_utc: value, timestampMs: isPossible ? Math.round(value * 1000) : Number.NaN };
  }
  if (typeof value === 'string' && value.length <= longestName)
    return { timestamp_utc: value, timestampMs: storeTime('UTC').toEpochMs(value) ?? Number.NaN };
  throw new ShapeFault('timestamp_utc', 'epoch seconds or a time such as 2026-01-10T20:30:00Z', value);
}

function counts(value: unknown): Readonly<Record<string, number>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ShapeFault('counts', 'an object of whole numbers by product', value);
  const names = Object.keys(value);
  if (names.length > mostProducts)
    throw new ShapeFault('counts', `at most ${mostProducts} products`, names.length);
  for (const name of names) {
    if (name.trim() === '' || name.length > longestName)
      throw new ShapeFault('counts', `names of 1 to ${longestName} characters`, name);
    countOf(value as Fields, name);
  }
  return value as Readonly<Record<string, number>>;
}

function countOf(fields: Fields, name: string): void {
  try {
    count(fields, name);
  } catch {
    throw new ShapeFault(
      `counts[${JSON.stringify(name)}]`,
      'a whole number from 0 to 2147483647',
      fields[name],
    );
  }
}
