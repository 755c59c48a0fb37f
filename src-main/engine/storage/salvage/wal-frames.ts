import { closeSync, openSync, readSync, statSync } from 'node:fs';

/** What a write-ahead log holds for the pages of its database (https://sqlite.org/fileformat2.html#walformat). */
export interface WalReading {
  /** null where neither the header nor the caller knows it */
  readonly pageSize: number | null;
  /** page number → where in the log the newest committed version of its content begins */
  readonly pages: ReadonlyMap<number, number>;
  /** pages of which a committed version cannot be read any more: what is left of them is older */
  readonly outdated: ReadonlySet<number>;
  /** a committed version of pages that nobody can name is lost: any page may be older than it should */
  readonly lostUnknown: boolean;
  /**
   * Transactions were synced behind a damaged place. SQLite ends there without a word and drops them, so this is
   * damage although the database opens. What a power cut leaves (an end that was never synced) is none.
   */
  readonly hidesCommits: boolean;
}

const headerBytes = 32;
const frameHeaderBytes = 24;
const magic = 0x377f0682;
const nothing: WalReading = {
  pageSize: null,
  pages: new Map(),
  outdated: new Set(),
  lostUnknown: false,
  hidesCommits: false,
};

type Sums = readonly [number, number];

interface Frame {
  readonly page: number;
  /** the database's size in pages after the commit that this frame ends, 0 where it ends none */
  readonly commitSize: number;
  readonly dataAt: number;
  readonly state: 'good' | 'unproved' | 'damaged' | 'foreign';
}

/** Reads a log without SQLite. `pageSize` is used where the log's own header is damaged. */
export function readWal(path: string, pageSize: number | null): WalReading {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= headerBytes) return nothing;
  const file = openSync(path, 'r');
  try {
    return readFrames(file, size, pageSize);
  } finally {
    closeSync(file);
  }
}

function readFrames(file: number, size: number, givenPageSize: number | null): WalReading {
  const header = Buffer.alloc(headerBytes);
  readSync(file, header, 0, headerBytes, 0);
  const own = header.readUInt32BE(8);
  const bigEndian = (header.readUInt32BE(0) & 1) === 1;
  const sums = checksum([0, 0], header.subarray(0, 24), bigEndian);
  const intact =
    (header.readUInt32BE(0) & ~1) >>> 0 === magic &&
    isPageSize(own) &&
    sums[0] === header.readUInt32BE(24) &&
    sums[1] === header.readUInt32BE(28);
  const pageSize = intact ? own : givenPageSize;
  if (pageSize === null) return nothing;
  const headers = readFrameHeaders(file, size, pageSize);
  const salts = intact ? header.toString('latin1', 16, 24) : commonSalts(headers);
  const link = intact ? sums : null;
  const frames = judgeFrames(file, headers, pageSize, { salts, first: link, bigEndian: intact && bigEndian });
  return summarise(frames, pageSize, intact);
}

function readFrameHeaders(file: number, size: number, pageSize: number): Buffer[] {
  const count = Math.floor((size - headerBytes) / (frameHeaderBytes + pageSize));
  return Array.from({ length: count }, (_, index) => {
    const header = Buffer.alloc(frameHeaderBytes);
    readSync(file, header, 0, frameHeaderBytes, headerBytes + index * (frameHeaderBytes + pageSize));
    return header;
  });
}

/** What most frames bear where the log's own header does not say it. */
function commonSalts(headers: readonly Buffer[]): string {
  const counts = new Map<string, number>();
  for (const header of headers) {
    const salts = header.toString('latin1', 8, 16);
    counts.set(salts, (counts.get(salts) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? '';
}

/** Each frame's checksum goes on from the one before it, so a frame can be proved also behind a damaged one. */
function judgeFrames(
  file: number,
  headers: readonly Buffer[],
  pageSize: number,
  {
    salts,
    first,
    bigEndian,
  }: { readonly salts: string; readonly first: Sums | null; readonly bigEndian: boolean },
): Frame[] {
  const data = Buffer.alloc(pageSize);
  let before = first;
  return headers.map((header, index) => {
    const dataAt = headerBytes + index * (frameHeaderBytes + pageSize) + frameHeaderBytes;
    const frame = { page: header.readUInt32BE(0), commitSize: header.readUInt32BE(4), dataAt };
    if (header.toString('latin1', 8, 16) !== salts) {
      before = null;
      return { ...frame, state: 'foreign' };
    }
    const stored: Sums = [header.readUInt32BE(16), header.readUInt32BE(20)];
    const link = before;
    before = stored;
    if (link === null) return { ...frame, state: 'unproved' };
    readSync(file, data, 0, pageSize, dataAt);
    const sums = checksum(checksum(link, header.subarray(0, 8), bigEndian), data, bigEndian);
    const good = sums[0] === stored[0] && sums[1] === stored[1];
    return { ...frame, state: good ? 'good' : 'damaged' };
  });
}

function summarise(frames: readonly Frame[], pageSize: number, intact: boolean): WalReading {
  const isOurs = (frame: Frame): boolean => frame.state !== 'foreign';
  const committed = frames.findLastIndex((frame) => isOurs(frame) && frame.commitSize > 0);
  const pages = new Map<number, number>();
  const outdated = new Set<number>();
  let lostUnknown = false;
  for (const frame of frames.slice(0, committed + 1)) {
    if (frame.state === 'foreign') lostUnknown = true;
    else if (frame.state === 'damaged') outdated.add(frame.page);
    else {
      pages.set(frame.page, frame.dataAt);
      outdated.delete(frame.page);
    }
  }
  const broken = frames.findIndex((frame) => frame.state !== 'good');
  const from = intact ? broken : 0;
  const nextCommit = frames.findIndex(
    (frame, index) => index >= from && isOurs(frame) && frame.commitSize > 0,
  );
  const hidesCommits =
    from !== -1 && nextCommit !== -1 && frames.slice(nextCommit + 1).some((frame) => isOurs(frame));
  return { pageSize, pages, outdated, lostUnknown, hidesCommits };
}

/** SQLite's checksum over pairs of 32-bit words, on top of an earlier one. */
function checksum([a, b]: Sums, bytes: Buffer, bigEndian: boolean): Sums {
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let first = a;
  let second = b;
  for (let at = 0; at < bytes.length; at += 8) {
    first = (first + words.getUint32(at, !bigEndian) + second) >>> 0;
    second = (second + words.getUint32(at + 4, !bigEndian) + first) >>> 0;
  }
  return [first, second];
}

/** A power of two from 512 to 65536. */
export function isPageSize(size: number): boolean {
  return size >= 512 && size <= 65536 && (size & (size - 1)) === 0;
}
