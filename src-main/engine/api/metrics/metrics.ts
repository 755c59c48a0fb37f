import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '../../../contract/client.ts';
import { type ApiFigures, apiFamilies } from './api-families.ts';
import { by, type Family, gauge, writeFamilies } from './exposition.ts';
import { inventoryFamilies } from './inventory-families.ts';
import { createProcessFigures } from './process-families.ts';
import { createRunTally } from './run-tally.ts';
import { createSalesTally } from './sales-tally.ts';
import { captureFamilies, cloudFamilies, healthFamilies, syncFamilies } from './status-families.ts';
import { type StoragePorts, storageFamilies } from './storage-families.ts';

/** What the calls of the contract do not tell. */
export interface MetricsPorts {
  readonly version: string;
  /** lines that were committed since the start */
  readonly committedLines: () => number;
  readonly storage: StoragePorts;
}

export interface MetricsOptions {
  readonly client: Client;
  readonly now: () => Date;
  readonly engine: MetricsPorts;
  readonly api: () => Promise<ApiFigures>;
}

/** Figures of the whole engine, as Prometheus reads them. */
export interface Metrics {
  read(): Promise<string>;
  close(): void;
}

/** A part that takes longer is left out of this answer. */
const longestMs = 5000;

export function createMetrics({ client, now, engine, api }: MetricsOptions): Metrics {
  const runs = createRunTally(client);
  const sales = createSalesTally(client);
  const ownProcess = createProcessFigures();

  const collectors: Readonly<Record<string, () => Promise<readonly Family[]>>> = {
    capture: async () => captureFamilies(await client.call('capture.get', {}), engine.committedLines()),
    storage: () => storageFamilies(engine.storage),
    status: async () => {
      const status = await client.call('status.get', {});
      return [...syncFamilies(status, now()), ...cloudFamilies(status.cloud)];
    },
    runs: async () => runs.families(),
    health: async () => healthFamilies(await client.call('health.get', {})),
    inventory: async () =>
      inventoryFamilies(
        await client.call('inventory.get', {}),
        await client.call('inventory.stats', {}),
        await sales.read(),
        now(),
      ),
    process: () => ownProcess.families(),
    api: async () => apiFamilies(await api()),
  };

  return {
    async read() {
      const parts = await Promise.all(
        Object.entries(collectors).map(async ([name, collect]) => ({
          name,
          families: await within(collect),
        })),
      );
      const told = parts.map(({ name, families }) => [name, families !== null] as const);
      return writeFamilies([
        gauge('backhaul_build_info', 'The version of the engine.', by('version', [[engine.version, 1]])),
        ...parts.flatMap(({ families }) => families ?? []),
        gauge(
          'backhaul_scrape_collector_success',
          'Whether a part of these figures could be read.',
          by('collector', told),
        ),
      ]);
    },
    close() {
      runs.close();
      ownProcess.close();
    },
  };
}

/** Null where it fails or takes too long: the other parts are told all the same. */
async function within(collect: () => Promise<readonly Family[]>): Promise<readonly Family[] | null> {
  const late = new AbortController();
  try {
    return await Promise.race([collect(), delay(longestMs, null, { signal: late.signal, ref: false })]);
  } catch {
    return null;
  } finally {
    late.abort();
  }
}
