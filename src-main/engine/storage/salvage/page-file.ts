import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { headerOfOpenFile, usualPageSize } from '../file-header.ts';
import { readWal, type WalReading } from './wal-frames.ts';

/** The pages of a database that SQLite does not read any more, the committed frames of its log counted in. */
export interface PageFile {
  /** bytes of a page that hold content */
  readonly usableSize: number;
  readonly pageCount: number;
  /** the newest content that is left; null beyond the end, or where the disk does not give it. The next call reuses it. */
  read(page: number): Buffer | null;
  /** a newer content of this page is lost */
  isOutdated(page: number): boolean;
  close(): void;
}

/** Opens a set-aside database and the `-wal` beside it for reading; nothing is locked and nothing written. */
export function openPageFile(path: string): PageFile {
  const main = openOrNull(path);
  const size = main === null ? 0 : fstatSync(main).size;
  const header = main === null ? null : headerOfOpenFile(main);
  const stated = header?.isSqlite === true ? header.pageSize : null;
  const guessed = (): number => (main === null ? usualPageSize : guessPageSize(main, size));
  let wal = readWal(`${path}-wal`, stated);
  if (wal.pageSize === null) wal = readWal(`${path}-wal`, guessed());
  const pageSize = wal.pages.size > 0 && wal.pageSize !== null ? wal.pageSize : (stated ?? guessed());
  const log = wal.pages.size > 0 ? openOrNull(`${path}-wal`) : null;
  const page = Buffer.alloc(pageSize);
  return {
    usableSize: pageSize - (header === null || stated === null || header.reserved > 64 ? 0 : header.reserved),
    pageCount: Math.max(Math.ceil(size / pageSize), ...newestPages(wal)),
    read(number) {
      const logged = wal.pages.get(number);
      if (log !== null && logged !== undefined) return readWhole(log, page, logged);
      return main === null ? null : readWhole(main, page, (number - 1) * pageSize);
    },
    isOutdated: (number) => wal.outdated.has(number) || (wal.lostUnknown && !wal.pages.has(number)),
    close() {
      if (main !== null) closeSync(main);
      if (log !== null) closeSync(log);
    },
  };
}

function newestPages({ pages }: WalReading): number[] {
  let newest = 0;
  for (const number of pages.keys()) newest = Math.max(newest, number);
  return [newest];
}

function readWhole(file: number, page: Buffer, at: number): Buffer | null {
  if (at < 0) return null;
  try {
    const bytes = readSync(file, page, 0, page.length, at);
    // Where the file was cut off in the middle of a page, rows in its beginning are still whole.
    page.fill(0, bytes);
    return bytes === 0 ? null : page;
  } catch {
    return null; // a sector that the disk does not give any more is damage too
  }
}

function openOrNull(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** The smallest size at which nearly as many places as at any look like the beginning of a page of a table or index. */
function guessPageSize(file: number, size: number): number {
  const candidates = [512, 1024, 2048, 4096, 8192, 16384, 32768, 65536];
  const shares = candidates.map((pageSize) => shareOfPages(file, size, pageSize));
  const best = Math.max(...shares);
  if (best === 0) return usualPageSize;
  return candidates[shares.findIndex((share) => share >= best * 0.9)] ?? usualPageSize;
}

function shareOfPages(file: number, size: number, pageSize: number): number {
  const count = Math.floor(size / pageSize);
  const step = Math.max(1, Math.floor(count / 500));
  const head = Buffer.alloc(4096);
  let looked = 0;
  let found = 0;
  for (let index = 0; index < count; index += step) {
    readSync(file, head, 0, head.length, index * pageSize);
    looked += 1;
    if (isTreePage(head, pageSize)) found += 1;
  }
  return looked === 0 ? 0 : found / looked;
}

/** Rows are laid down from the end of a page towards its beginning, so some row lies in its second half. */
function isTreePage(head: Buffer, pageSize: number): boolean {
  const kind = head.readUInt8(0);
  const cells = head.readUInt16BE(3);
  const contentAt = head.readUInt16BE(5) || 65536;
  if (![2, 5, 10, 13].includes(kind)) return false;
  if (cells === 0) return contentAt === pageSize;
  const pointersAt = kind < 8 ? 12 : 8;
  if (contentAt > pageSize || contentAt < pointersAt + 2 * cells) return false;
  let last = 0;
  for (let at = pointersAt; at < pointersAt + 2 * cells && at + 2 <= head.length; at += 2)
    last = Math.max(last, head.readUInt16BE(at));
  return last >= pageSize / 2 && last < pageSize;
}
