import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { Logger } from '../../log/logger.ts';
import { type Connection, insertRow, prepared, type Storage } from '../../storage/service.ts';
import { type ImportRecord, readImports, type TableProgress, writeImport } from './import-record.ts';
import {
  type FileState,
  type OlderFile,
  type OlderRow,
  openOlderFile,
  stateOf,
  unreadable,
} from './older-file.ts';
import {
  type Fillings,
  type OlderTable,
  olderTableRules,
  olderTables,
  type Row,
  rowFault,
} from './older-rows.ts';

export interface ImportOptions {
  readonly storage: Storage;
  readonly log: Logger;
  readonly now: () => Date;
  readonly fillings: Pick<Fillings, 'displayTime' | 'expirationDays'>;
}

/** Each page of alerts looks at all that follow it. */
const rowsAtOnce = (table: OlderTable): number => (table === 'alerts_log' ? 10_000 : 1000);
/** A transaction holds the file for no longer (SPEC 3); what is left of a page comes with the next. */
const longestWorkMs = 25;
const logEveryRows = 100_000;

/**
 * Brings the rows of an older inventory here, in transactions of which each also holds how far it has come: ended at any
 * point, it goes on there. The file is only read.
 * @param onReady the shelf can go on from what is here: only snapshots of the past are still to come
 * @returns what was brought; unfinished where `signal` ended it
 * @throws BackhaulError `not_found`, `invalid_input`, `storage`
 */
export async function importFile(
  options: ImportOptions,
  file: string,
  signal: AbortSignal,
  onReady: () => void,
): Promise<ImportRecord> {
  const state = stateOf(file);
  const older = openOlderFile(file);
  try {
    const job = new ImportJob(options, file, older, await begin(options, file, state));
    return await job.run(signal, onReady);
  } finally {
    older.close();
  }
}

/** Goes on with a file that is as it was; one that has changed is read again, and only what is new of it is taken. */
function begin({ storage, now }: ImportOptions, file: string, state: FileState): Promise<ImportRecord> {
  return storage.transaction((db) => {
    const known = readImports(db).find((one) => one.file === file);
    const isSame = known?.size === state.size && known.mtimeMs === state.mtimeMs;
    if (known !== undefined && isSame && known.finishedAt === null) return known;
    const record: ImportRecord = {
      ...{ file, ...state, startedAt: now().toISOString(), finishedAt: null, newest: null },
      isFollowed: prepared(db, 'SELECT 1 FROM inventory_tracker').get() !== undefined,
      tables: Object.fromEntries(olderTables.map((table) => [table, beginning(db, table)])),
    };
    writeImport(db, record);
    return record;
  });
}

function beginning(db: Connection, table: OlderTable): TableProgress {
  const { last } = prepared(db, `SELECT MAX(rowid) AS last FROM ${table}`).get() as { last: number | null };
  // A product has one row, whenever it came.
  const floor = table === 'product_freshness' ? Number.MAX_SAFE_INTEGER : (last ?? 0);
  return { cursor: 0, floor, done: false, imported: 0, alreadyThere: 0, leftOut: 0, inPart: 0, reason: null };
}

class ImportJob {
  readonly #options: ImportOptions;
  readonly #file: string;
  readonly #older: OlderFile;
  readonly #fillings: Fillings;
  #record: ImportRecord;

  constructor(options: ImportOptions, file: string, older: OlderFile, record: ImportRecord) {
    this.#options = options;
    this.#file = file;
    this.#older = older;
    this.#record = record;
    this.#fillings = {
      ...options.fillings,
      nowUtc: options.now().getTime() / 1000,
      isFollowed: record.isFollowed,
    };
  }

  async run(signal: AbortSignal, onReady: () => void): Promise<ImportRecord> {
    for (const table of olderTables) {
      if (table === 'inventory_snapshots') {
        await this.#newestFirst();
        onReady();
      }
      await this.#take(table, signal);
      if (signal.aborted) return this.#record;
    }
    await this.#commit(() => ({ ...this.#record, finishedAt: this.#options.now().toISOString() }));
    return this.#record;
  }

  /** The shelf goes on from how it stood last, however long all the others take. */
  async #newestFirst(): Promise<void> {
    const found = this.#older.tables.get('inventory_snapshots');
    if (found === undefined || found.lacking.length > 0 || this.#record.newest !== null) return;
    const row = this.#read(() => this.#older.newestSnapshot());
    if (row === null) return;
    await this.#commit((db) => ({
      ...this.#record,
      newest: row.older_rowid,
      tables: {
        ...this.#record.tables,
        inventory_snapshots: this.#bring(db, 'inventory_snapshots', [row], true),
      },
    }));
  }

  async #take(table: OlderTable, signal: AbortSignal): Promise<void> {
    const found = this.#older.tables.get(table);
    if (this.#progress(table).done) return;
    if (found === undefined) return;
    if (found.lacking.length > 0) return this.#refuseTable(table, found.lacking);
    let rows: OlderRow[] = [];
    let logged = 0;
    while (!signal.aborted) {
      if (rows.length === 0) {
        const { cursor } = this.#progress(table);
        rows = this.#read(() => this.#older.page(table, cursor, rowsAtOnce(table)));
      }
      const beganMs = performance.now();
      const isLast = rows.length === 0;
      await this.#commit((db) => {
        const progress = isLast ? { ...this.#progress(table), done: true } : this.#bring(db, table, rows);
        return { ...this.#record, tables: { ...this.#record.tables, [table]: progress } };
      });
      if (isLast) return;
      const { cursor, imported } = this.#progress(table);
      rows = rows.filter((row) => row.older_rowid > cursor);
      if (imported - logged >= logEveryRows) {
        logged = imported;
        this.#options.log.info('an older inventory is being imported', { file: this.#file, table, imported });
      }
      // As much time for everybody else.
      await delay(Math.max(1, performance.now() - beganMs));
    }
  }

  async #refuseTable(table: OlderTable, lacking: readonly string[]): Promise<void> {
    const reason = `the table has no column ${lacking.join(', ')}`;
    await this.#commit(() => ({
      ...this.#record,
      tables: { ...this.#record.tables, [table]: { ...this.#progress(table), done: true, reason } },
    }));
  }

  #progress(table: OlderTable): TableProgress {
    const progress = this.#record.tables[table];
    if (progress === undefined) throw new Error(`the import of ${this.#file} knows no ${table}`);
    return progress;
  }

  /** What is remembered follows what is stored, never the other way round. */
  async #commit(work: (db: Connection) => ImportRecord): Promise<void> {
    this.#record = await this.#options.storage.transaction((db) => {
      const record = work(db);
      writeImport(db, record);
      return record;
    });
  }

  #read<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw unreadable(this.#file, error);
    }
  }

  #bring(db: Connection, table: OlderTable, rows: readonly OlderRow[], outOfTurn = false): TableProgress {
    let progress = this.#progress(table);
    const beganMs = performance.now();
    for (const row of rows) {
      if (performance.now() - beganMs > longestWorkMs) break;
      const cursor = outOfTurn ? progress.cursor : row.older_rowid;
      const isTaken =
        !outOfTurn && table === 'inventory_snapshots' && row.older_rowid === this.#record.newest;
      progress = { ...(isTaken ? progress : this.#bringRow(db, table, row, progress)), cursor };
    }
    return progress;
  }

  #bringRow(db: Connection, table: OlderTable, older: OlderRow, progress: TableProgress): TableProgress {
    const { read, key, dispensable } = olderTableRules[table];
    let row: Row;
    try {
      row = read(older, this.#fillings);
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      const reason = progress.reason ?? reasonOf(older, error);
      return { ...progress, leftOut: progress.leftOut + 1, reason };
    }
    if (progress.floor > 0 && isThere(db, table, key, row, progress.floor))
      return { ...progress, alreadyThere: progress.alreadyThere + 1 };
    insertRow(db, table, row);
    const imported = { ...progress, imported: progress.imported + 1 };
    const fault = dispensable?.safeParse(older).error;
    if (fault === undefined) return imported;
    const reason = progress.reason ?? `${reasonOf(older, fault)}; it was imported without`;
    return { ...imported, inPart: progress.inPart + 1, reason };
  }
}

function isThere(
  db: Connection,
  table: OlderTable,
  key: readonly string[],
  row: Row,
  floor: number,
): boolean {
  const where = key.map((column) => `${column} IS ?`).join(' AND ');
  const sql = `SELECT 1 FROM ${table} WHERE ${where} AND rowid <= ?`;
  return prepared(db, sql).get(...key.map((column) => row[column]), floor) !== undefined;
}

function reasonOf({ older_rowid }: OlderRow, error: z.ZodError): string {
  return `row ${older_rowid}: ${rowFault(error)}`;
}
