import { parseFileHeader } from '../file-header.ts';
import type { FoundSchema, FoundTable } from './found-schema.ts';
import type { PageFile } from './page-file.ts';
import { isPlausible, tableOfRows } from './plausible-row.ts';
import type { StoredValue } from './record.ts';
import { readTablePage, type TablePage } from './table-page.ts';

/** A row of a damaged file. */
export interface FoundRow {
  readonly table: FoundTable;
  readonly rowid: number | bigint;
  readonly values: readonly StoredValue[];
  /** it lies on a whole page that the table's tree leads to; else it may be an older version of itself */
  readonly certain: boolean;
}

/** What could not be read, as far as that can be told. */
export interface Losses {
  /** pages of a table's tree that are damaged in part or as a whole */
  damagedPages: number;
  /** rows of which a part is left */
  brokenRows: number;
}

/**
 * The rows of these tables: first along each table's tree, then, where something is missing in it, from pages that no
 * tree leads to any more and whose rows look like one of the tables. Free pages are left out where the file still tells
 * which they are.
 */
export function* findRows(
  file: PageFile,
  schema: FoundSchema,
  wanted: readonly string[],
  losses: Losses,
): Generator<FoundRow> {
  const seen = new Uint8Array(file.pageCount + 1);
  let whole = true;
  for (const name of wanted) {
    const table = schema.tables.find((one) => one.name === name);
    if (table === undefined) continue;
    const before = losses.damagedPages;
    if (table.root === null) whole = false;
    else yield* rowsOfTree(file, table, table.root, seen, losses);
    if (losses.damagedPages > before) whole = false;
  }
  if (!whole) yield* rowsWithoutOwner(file, schema, wanted, seen, losses);
}

function* rowsOfTree(
  file: PageFile,
  table: FoundTable,
  root: number,
  seen: Uint8Array,
  losses: Losses,
): Generator<FoundRow> {
  const pages = [root];
  for (let number = pages.pop(); number !== undefined; number = pages.pop()) {
    const again = number > file.pageCount || seen[number] === 1;
    const page = again ? null : readTablePage(file, number);
    if (page === null) {
      losses.damagedPages += 1;
      continue;
    }
    seen[number] = 1;
    if (page.kind === 'interior') {
      if (page.broken) losses.damagedPages += 1;
      pages.push(...page.children.toReversed());
    } else yield* rowsOfLeaf(file, table, number, page, losses);
  }
}

function* rowsOfLeaf(
  file: PageFile,
  table: FoundTable,
  number: number,
  page: Extract<TablePage, { kind: 'leaf' }>,
  losses: Losses,
): Generator<FoundRow> {
  const fits = page.rows.every((row) => row.values.length <= table.columns.length);
  if (page.brokenRows > 0 || !fits) losses.damagedPages += 1;
  losses.brokenRows += page.brokenRows;
  const certain = page.brokenRows === 0 && fits && !file.isOutdated(number);
  for (const { rowid, values } of page.rows) {
    if (certain || isPlausible(table, values)) yield { table, rowid, values, certain };
    else losses.brokenRows += 1;
  }
}

function* rowsWithoutOwner(
  file: PageFile,
  schema: FoundSchema,
  wanted: readonly string[],
  seen: Uint8Array,
  losses: Losses,
): Generator<FoundRow> {
  markFreePages(file, seen);
  for (let number = 2; number <= file.pageCount; number += 1) {
    if (seen[number] === 1) continue;
    const page = readTablePage(file, number);
    if (page?.kind !== 'leaf' || page.rows.length === 0) continue;
    const table = tableOfRows(
      schema.tables,
      page.rows.slice(0, 20).map(({ values }) => values),
    );
    if (table === null || !wanted.includes(table.name)) continue;
    losses.brokenRows += page.brokenRows;
    for (const { rowid, values } of page.rows) {
      if (isPlausible(table, values)) yield { table, rowid, values, certain: false };
      else losses.brokenRows += 1;
    }
  }
}

/** The free list, as far as it goes: what lies there was deleted. */
function markFreePages(file: PageFile, seen: Uint8Array): void {
  const first = file.read(1);
  const header = first === null ? null : parseFileHeader(first);
  if (header?.isSqlite !== true) return;
  let trunk = header.firstFreePage;
  while (trunk > 1 && trunk <= file.pageCount && seen[trunk] === 0) {
    seen[trunk] = 1;
    const page = file.read(trunk);
    if (page === null) return;
    const leaves = Math.min(page.readUInt32BE(4), file.usableSize / 4 - 2);
    for (let index = 0; index < leaves; index += 1) {
      const free = page.readUInt32BE(8 + 4 * index);
      if (free > 1 && free <= file.pageCount) seen[free] = 1;
    }
    trunk = page.readUInt32BE(0);
  }
}
