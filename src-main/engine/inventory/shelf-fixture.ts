import { rmSync } from 'node:fs';
import { newFolder, openTestCapture, type Sent, type TestCapture } from '../capture/capture-fixture.ts';
import { configSchema } from '../config/schema.ts';
import { createInventory, type Inventory } from './service.ts';

export type Settings = Partial<ReturnType<typeof configSchema.parse>['inventory']>;

export interface Shelf {
  readonly box: TestCapture;
  readonly inventory: Inventory;
  send(lines: readonly object[]): Promise<Sent>;
  rows(table: string): Record<string, unknown>[];
  close(): Promise<void>;
}

const folders: string[] = [];
const shelves: Shelf[] = [];

/** Closes what a test opened and removes its folders. */
export async function closeShelves(): Promise<void> {
  for (const shelf of shelves.splice(0)) await shelf.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export function folder(): string {
  const path = newFolder();
  folders.push(path);
  return path;
}

/** Inventory behind a real capture; opened on the same folder again it is as after a restart. */
export async function open(
  dir: string,
  settings: Settings = {},
  now = new Date('2026-01-10T20:30:00Z'),
): Promise<Shelf> {
  const config = { ...configSchema.parse({}).inventory, smoothing_window: 1, ...settings };
  let inventory: Inventory | null = null;
  const box = await openTestCapture({
    ...{ dir, now },
    readings: (storage) => {
      inventory = createInventory({ storage, config, now: () => now });
      return inventory.readings;
    },
  });
  if (inventory === null) throw new Error('no inventory was made');
  const shelf: Shelf = {
    box,
    inventory,
    send: (lines) => box.send(lines),
    rows: (table) => box.rows(`SELECT * FROM ${table} ORDER BY 1`),
    async close() {
      shelves.splice(shelves.indexOf(shelf), shelves.includes(shelf) ? 1 : 0);
      await box.close();
    },
  };
  shelves.push(shelf);
  return shelf;
}

/** 2026-01-10 15:30 in New York */
export const start = 1_768_077_000;

export function reading(second: number, counts: Record<string, number>, more: object = {}): object {
  return {
    type: 'inventory',
    timestamp_utc: start + second,
    frame_number: Math.round(second * 10),
    counts,
    ...more,
  };
}
