import type { PageFile } from './page-file.ts';
import { readRecord, readVarint, type StoredValue } from './record.ts';

/** A row as it lies on a page. */
export interface StoredRow {
  readonly rowid: number | bigint;
  readonly values: readonly StoredValue[];
}

/** A page of a table's b-tree (https://sqlite.org/fileformat2.html#b_tree_pages). */
export type TablePage =
  | { readonly kind: 'leaf'; readonly rows: readonly StoredRow[]; readonly brokenRows: number }
  | { readonly kind: 'interior'; readonly children: readonly number[]; readonly broken: boolean };

const leafFlag = 13;
const interiorFlag = 5;

/** Reads a page of a table; null where it is none, or cannot be read. */
export function readTablePage(file: PageFile, number: number): TablePage | null {
  const page = file.read(number);
  if (page === null) return null;
  const start = number === 1 ? 100 : 0;
  const flag = page[start];
  if (flag === interiorFlag) return readInterior(page, start, file);
  if (flag !== leafFlag) return null;
  // Reading a row that goes on elsewhere reads other pages into the same memory.
  return readLeaf(Buffer.from(page), start, file);
}

function readInterior(page: Buffer, start: number, { usableSize, pageCount }: PageFile): TablePage {
  const cells = page.readUInt16BE(start + 3);
  const children: number[] = [];
  let broken = false;
  const add = (child: number): void => {
    if (child > 1 && child <= pageCount) children.push(child);
    else broken = true;
  };
  for (let index = 0; index < cells; index += 1) {
    const pointerAt = start + 12 + 2 * index;
    const at = pointerAt + 2 <= usableSize ? page.readUInt16BE(pointerAt) : usableSize;
    if (at + 5 > usableSize || at < start + 12) broken = true;
    else add(page.readUInt32BE(at));
  }
  add(page.readUInt32BE(start + 8));
  return { kind: 'interior', children, broken };
}

function readLeaf(page: Buffer, start: number, file: PageFile): TablePage {
  const cells = page.readUInt16BE(start + 3);
  const rows: StoredRow[] = [];
  let brokenRows = 0;
  for (let index = 0; index < cells; index += 1) {
    const pointerAt = start + 8 + 2 * index;
    if (pointerAt + 2 > file.usableSize) {
      brokenRows += 1;
      break;
    }
    const at = page.readUInt16BE(pointerAt);
    const row = at < start + 8 + 2 * cells ? null : readCell(page, at, file);
    if (row === null) brokenRows += 1;
    else rows.push(row);
  }
  return { kind: 'leaf', rows, brokenRows };
}

function readCell(page: Buffer, at: number, file: PageFile): StoredRow | null {
  const size = readVarint(page, at, file.usableSize);
  if (size === null || typeof size.value === 'bigint') return null;
  const rowid = readVarint(page, size.end, file.usableSize);
  if (rowid === null) return null;
  const payload = readPayload(page, rowid.end, size.value, file);
  const values = payload === null ? null : readRecord(payload);
  return values === null ? null : { rowid: rowid.value, values };
}

/** The payload on the page, and on the pages that it goes on to. */
function readPayload(page: Buffer, at: number, size: number, file: PageFile): Buffer | null {
  const { usableSize, pageCount } = file;
  if (size > pageCount * usableSize) return null;
  const local = localSize(size, usableSize);
  if (at + local + (local < size ? 4 : 0) > usableSize) return null;
  if (local === size) return page.subarray(at, at + size);
  const pieces = [page.subarray(at, at + local)];
  let next = page.readUInt32BE(at + local);
  for (let left = size - local; left > 0; left -= usableSize - 4) {
    const more = next > 1 && next <= pageCount ? file.read(next) : null;
    if (more === null) return null;
    pieces.push(Buffer.from(more.subarray(4, 4 + Math.min(left, usableSize - 4))));
    next = more.readUInt32BE(0);
  }
  return next === 0 ? Buffer.concat(pieces) : null;
}

function localSize(size: number, usable: number): number {
  const most = usable - 35;
  if (size <= most) return size;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const kept = least + ((size - least) % (usable - 4));
  return kept <= most ? kept : least;
}
