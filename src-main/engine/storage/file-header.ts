import { closeSync, openSync, readSync } from 'node:fs';

/** What the first 100 bytes of a database say (https://sqlite.org/fileformat2.html#the_database_header). */
export interface FileHeader {
  readonly isSqlite: boolean;
  /** the journal is a -wal file; else a rollback journal, where readers and writers hold each other up */
  readonly isWal: boolean;
  /** bytes; null where what stands there is no size of a page */
  readonly pageSize: number | null;
  /** 1 or 2; a larger one forbids writing */
  readonly writeVersion: number;
  /** bytes at the end of each page that hold no content */
  readonly reserved: number;
  /** the first page of the free list, 0 where there is none */
  readonly firstFreePage: number;
  /** so many pages belong to the database */
  readonly pages: number;
  /** `PRAGMA application_id` */
  readonly applicationId: number;
}

/** bytes; what SQLite takes unless told otherwise */
export const usualPageSize = 4096;
const headerBytes = 100;

export function readFileHeader(path: string): FileHeader {
  const file = openSync(path, 'r');
  try {
    return headerOfOpenFile(file);
  } finally {
    closeSync(file);
  }
}

export function headerOfOpenFile(file: number): FileHeader {
  const bytes = Buffer.alloc(headerBytes);
  readSync(file, bytes, 0, headerBytes, 0);
  return parseFileHeader(bytes);
}

/** @param bytes the first 100 at least */
export function parseFileHeader(bytes: Buffer): FileHeader {
  const stated = bytes.readUInt16BE(16) === 1 ? 65536 : bytes.readUInt16BE(16);
  return {
    isSqlite: bytes.toString('latin1', 0, 16) === 'SQLite format 3\0',
    isWal: bytes.readUInt8(18) === 2,
    pageSize: isPageSize(stated) ? stated : null,
    writeVersion: bytes.readUInt8(18),
    reserved: bytes.readUInt8(20),
    firstFreePage: bytes.readUInt32BE(32),
    pages: bytes.readUInt32BE(28),
    applicationId: bytes.readUInt32BE(68),
  };
}

/** A power of two from 512 to 65536. */
export function isPageSize(size: number): boolean {
  return size >= 512 && size <= 65536 && (size & (size - 1)) === 0;
}
