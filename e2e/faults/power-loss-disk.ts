import { dirname } from 'node:path';
import type { DiskEvent } from './power-loss-events.ts';

/** From 0 to below 1, the same row of numbers for the same seed (mulberry32). */
export type Random = () => number;

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Change = Extract<DiskEvent, { kind: 'write' | 'truncate' }>;

/** A file as the disk has it: what a sync made sure, and the changes since. */
interface File {
  sure: Buffer;
  unsure: Change[];
}

/** What a name meant after each change of its folder; the first is sure, null is no file. */
type Meanings = (File | null)[];

/** What a power cut leaves of a write. */
type Fate = 'kept' | 'dropped' | 'torn';

const sectorBytes = 512;

/**
 * A disk with a cache that forgets, as POSIX permits it: only what was written before a sync that has returned is
 * sure, for a file's bytes and for a folder's names alike. Each later change reaches the disk, or not, or in some
 * of its sectors, each for itself; where a file grew, bytes that were not written are anything.
 */
export interface Disk {
  begin(event: DiskEvent): void;
  end(event: DiskEvent): void;
  /** the files of one power cut now, by path */
  cut(random: Random): Map<string, Buffer>;
  /** the files as every process sees them as long as the power stays */
  seen(): Map<string, Buffer>;
}

export function createDisk(): Disk {
  const names = new Map<string, Meanings>();
  const returned = new Set<DiskEvent>();
  /** what a sync under way will have made sure */
  const syncing = new Map<DiskEvent, () => void>();

  const current = (path: string): File | null => names.get(path)?.at(-1) ?? null;
  const meanings = (path: string): Meanings => {
    const known = names.get(path) ?? [null];
    names.set(path, known);
    return known;
  };

  return {
    begin(event) {
      if (event.kind === 'create') meanings(event.path).push({ sure: Buffer.alloc(0), unsure: [] });
      else if (event.kind === 'remove') meanings(event.path).push(null);
      else if (event.kind === 'sync') syncing.set(event, toSync(event.path));
      else if (event.kind === 'write' || event.kind === 'truncate') current(event.path)?.unsure.push(event);
    },
    end(event) {
      returned.add(event);
      syncing.get(event)?.();
      syncing.delete(event);
    },
    cut(random) {
      const fates = fatesOf(random);
      const left = [...names].map(([path, known]): [string, File | null] => {
        return [path, known[Math.floor(random() * known.length)] ?? null];
      });
      return new Map(
        left.flatMap(([path, file]) => (file === null ? [] : [[path, torn(file, fates, random)]])),
      );
    },
    seen() {
      const files = [...names.keys()].map((path): [string, File | null] => [path, current(path)]);
      return new Map(
        files.flatMap(([path, file]) =>
          file === null
            ? []
            : [
                [
                  path,
                  torn(
                    file,
                    () => 'kept',
                    () => 0,
                  ),
                ],
              ],
        ),
      );
    },
  };

  function toSync(path: string): () => void {
    const file = current(path);
    const changes = file?.unsure.filter((change) => returned.has(change)) ?? [];
    const entries = [...names].filter(([name]) => dirname(name) === path);
    const lengths = entries.map(([name, known]): [string, number] => [name, known.length]);
    return () => {
      if (file !== null) {
        file.sure = applied(file.sure, changes);
        file.unsure = file.unsure.filter((change) => !changes.includes(change));
      }
      for (const [name, length] of lengths) names.get(name)?.splice(0, length - 1);
    };
  }
}

/** Everything lost, everything kept, or each change for itself, with luck that differs from cut to cut. */
function fatesOf(random: Random): (random: Random) => Fate {
  const mood = random();
  if (mood < 0.25) return () => 'dropped';
  if (mood < 0.35) return () => 'kept';
  const [kept, whole] = [random(), random()];
  return (next) => {
    if (next() > whole) return 'torn';
    return next() < kept ? 'kept' : 'dropped';
  };
}

function applied(before: Buffer, changes: readonly Change[]): Buffer {
  return torn(
    { sure: before, unsure: [...changes] },
    () => 'kept',
    () => 0,
  );
}

/** The bytes of a file whose unsure changes each met a fate of its own. */
function torn(file: File, fate: (random: Random) => Fate, random: Random): Buffer {
  const most = file.unsure.reduce((end, one) => Math.max(end, endOf(one)), file.sure.length);
  const bytes = Buffer.alloc(most, random() < 0.5 ? 0 : Math.floor(random() * 256));
  file.sure.copy(bytes);
  let size = file.sure.length;
  for (const change of file.unsure) {
    const met = fate(random);
    if (change.kind === 'truncate') {
      if (met === 'kept') {
        if (change.size < size) bytes.fill(0, change.size, size);
        size = change.size;
      }
      continue;
    }
    const { offset, data } = change;
    // A disk may know that a file is longer without having what is in it.
    if (met !== 'dropped' || random() < 0.3) size = Math.max(size, offset + data.length);
    if (met === 'kept') data.copy(bytes, offset);
    else if (met === 'torn') copySectors(data, bytes, offset, random);
  }
  return bytes.subarray(0, size);
}

function endOf(change: Change): number {
  return change.kind === 'write' ? change.offset + change.data.length : change.size;
}

function copySectors(data: Buffer, bytes: Buffer, offset: number, random: Random): void {
  let at = 0;
  while (at < data.length) {
    const end = Math.min(data.length, (Math.floor((offset + at) / sectorBytes) + 1) * sectorBytes - offset);
    if (random() < 0.5) data.copy(bytes, offset + at, at, end);
    at = end;
  }
}
