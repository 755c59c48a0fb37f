import type { Client } from '../contract/client.ts';
import { storeTime } from '../engine/time/store-time.ts';

/** Shows instants on the store's clock, `2025-12-13 14:35:00+08:00`; '' for none. */
export type StoreClock = (iso: string | null) => string;

export async function storeClock(client: Client): Promise<StoreClock> {
  const { timeZone } = await client.call('engine.info', {});
  return (iso) => {
    if (iso === null) return '';
    const wholeSeconds = Math.floor(Date.parse(iso) / 1000) * 1000;
    return storeTime(timeZone).fromEpochMs(wholeSeconds) ?? iso;
  };
}
