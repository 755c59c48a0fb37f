import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { isPageSize } from '../file-header.ts';

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
    const main = statSync(path.replace(/-wal$/, ''), { throwIfNoEntry: false });
    return readFrames(file, size, main?.size ?? 0, pageSize);
  } finally {
    closeSync(file);
  }
}

function readFrames(file: number, size: number, mainSize: number, givenPageSize: number | null): WalReading {
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
  const mostPages = Math.ceil(mainSize / pageSize) + headers.length;
  const generation = { salts, first: link, bigEndian: intact && bigEndian, mostPages };
  const frames = judgeFrames(file, headers, pageSize, generation);
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

/** What the frames that were written since the log's last beginning have in common. */
interface Generation {
  readonly salts: string;
  readonly first: Sums | null;
  readonly bigEndian: boolean;
  /** no database of this log has more pages */
  readonly mostPages: number;
}

/** Each frame's checksum goes on from the one before it, so a frame can be proved also behind a damaged one. */
function judgeFrames(
  file: number,
  headers: readonly Buffer[],
  pageSize: number,
  { salts, first, bigEndian, mostPages }: Generation,
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
    const isPossible = frame.page > 0 && Math.max(frame.page, frame.commitSize) <= mostPages;
    if (link === null) return { ...frame, state: isPossible ? 'unproved' : 'foreign' };
    readSync(file, data, 0, pageSize, dataAt);
    const sums = checksum(checksum(link, header.subarray(0, 8), bigEndian), data, bigEndian);
    const good = sums[0] === stored[0] && sums[1] === stored[1];
    return { ...frame, state: good ? 'good' : 'damaged' };
  });
}

function summarise(frames: readonly Frame[], pageSize: number, intact: boolean): WalReading {
  const isWhole = ({ state }: Frame): boolean => state === 'good' || state === 'unproved';
  const committed = frames.findLastIndex((frame) => isWhole(frame) && frame.commitSize > 0);
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
  return { pageSize, pages, outdated, lostUnknown, hidesCommits: hidesCommits(frames, intact) };
}

/**
 * A transaction begins only when the one before it was synced. So behind a broken place a commit, with a frame of the
 * next transaction behind it, both proved, were on disk; a single commit may be what a power cut has left of one.
 */
function hidesCommits(frames: readonly Frame[], intact: boolean): boolean {
  const broken = intact ? frames.findIndex(({ state }) => state !== 'good') : 0;
  if (broken === -1) return false;
  const rest = frames.slice(broken);
  const commit = rest.findIndex(({ state, commitSize }) => state === 'good' && commitSize > 0);
  return commit !== -1 && rest.slice(commit + 1).some(({ state }) => state === 'good');
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
