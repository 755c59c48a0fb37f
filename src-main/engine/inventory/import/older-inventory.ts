import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BackhaulError } from '../../../contract/errors.ts';
import type { InventoryImport } from '../../../contract/inventory-shapes.ts';
import { type ImportOptions, importFile } from './import-file.ts';
import { type ImportRecord, readImports } from './import-record.ts';
import { stateOf } from './older-file.ts';

export interface OlderInventoryOptions extends ImportOptions {
  /** the tables hold what the shelf goes on from, and once more when all is there */
  readonly onImported: () => void;
}

/** Inventories that older scripts left (SPEC 9). */
export interface OlderInventory {
  /**
   * Begins with the `inventory.db` of the data directory, once; resolves when all is here, or after two seconds when the
   * shelf can go on from what is; after five at the latest. The rest follows in the background.
   */
  begin(): Promise<void>;
  /** Brings a file here, now, of one that was imported before what is new. Faults: not_found, invalid_input, storage. */
  import(file: string, signal?: AbortSignal): Promise<InventoryImport>;
  /** stops between two transactions; the next start goes on */
  close(): Promise<void>;
}

const olderName = 'inventory.db';
const usualStartMs = 2000;
const longestStartMs = 5000;
const tryAgainEveryMs = 60_000;

export function createOlderInventory(options: OlderInventoryOptions): OlderInventory {
  const { storage, log, onImported } = options;
  const closing = new AbortController();
  let queue: Promise<unknown> = Promise.resolve();
  let failure = '';

  function run(file: string, signal: AbortSignal, onReady: () => void): Promise<ImportRecord> {
    const work = queue.then(async () => {
      log.info('an older inventory is imported', { file });
      const record = await importFile(options, file, signal, () => {
        onImported();
        onReady();
      });
      onImported();
      if (record.finishedAt !== null)
        log.info('an older inventory was imported', { file, ...figuresOf(record) });
      return record;
    });
    queue = work.catch(() => undefined);
    return work;
  }

  /** Tries until it is done. */
  async function bringOwn(file: string, onReady: () => void, onTried: () => void): Promise<void> {
    while (!closing.signal.aborted) {
      try {
        await run(file, closing.signal, onReady);
        return onTried();
      } catch (error) {
        onTried();
        if (error instanceof BackhaulError && error.code === 'invalid_input') return log.warn(error.message);
        if (failure !== String(error))
          log.error('an older inventory cannot be imported now', { error: String(error) });
        failure = String(error);
      }
      await delay(tryAgainEveryMs, undefined, { signal: closing.signal, ref: false }).catch(() => undefined);
    }
  }

  return {
    async begin() {
      const file = join(dirname(storage.path), olderName);
      if (!existsSync(file)) return;
      const known = readImports(storage.reader).find((one) => one.file === pathOf(file));
      if (known?.finishedAt != null) return tellOfChange(known);
      const { promise: ready, resolve: onReady } = Promise.withResolvers<void>();
      const { promise: tried, resolve: onTried } = Promise.withResolvers<void>();
      void bringOwn(pathOf(file), onReady, onTried);
      const passed = new AbortController();
      const after = (ms: number): Promise<void> =>
        delay(ms, undefined, { signal: passed.signal, ref: false }).catch(() => undefined);
      await Promise.race([tried, Promise.all([ready, after(usualStartMs)]), after(longestStartMs)]);
      passed.abort();
    },
    async import(file, signal = closing.signal) {
      const path = pathOf(file);
      if (path === pathOf(storage.path))
        throw new BackhaulError(
          'invalid_input',
          `${file} is the database of this box. Nothing was imported.`,
        );
      const record = await run(path, AbortSignal.any([signal, closing.signal]), () => undefined);
      return { file, finished: record.finishedAt !== null, tables: figuresOf(record) };
    },
    async close() {
      closing.abort();
      await queue;
    },
  };

  function tellOfChange({ file, size, mtimeMs }: ImportRecord): void {
    const state = stateOf(file);
    if (state.size === size && state.mtimeMs === mtimeMs) return;
    log.warn(
      'The older inventory has changed since it was imported. Stop the script that writes it; "backhaul inventory import" brings what is new.',
      { file },
    );
  }
}

function figuresOf({ tables }: ImportRecord): InventoryImport['tables'] {
  return Object.fromEntries(
    Object.entries(tables).map(([table, { imported, alreadyThere, leftOut, inPart, reason }]) => [
      table,
      { imported, already_there: alreadyThere, left_out: leftOut, in_part: inPart, reason },
    ]),
  );
}

/** One file is one file, by whatever link it is named. */
function pathOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
