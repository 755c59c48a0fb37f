import { dirname } from 'node:path';
import type { SeededRandom } from '../support/seeded-random.ts';
import type { DiskEvent } from './power-loss-events.ts';

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
  cut(random: SeededRandom): Map<string, Buffer>;
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
      const fate = fatesOf(random);
      return filesOf(
        (known) => known[random.whole(0, known.length - 1)],
        ({ sure, unsure }) => {
          const reached = unsure.flatMap((change) => whatIsLeft(change, fate(), random));
          return applied(sure, reached, random.chance(0.5) ? 0 : random.whole(1, 255));
        },
      );
    },
    seen: () =>
      filesOf(
        (known) => known.at(-1),
        ({ sure, unsure }) => applied(sure, unsure, 0),
      ),
  };

  function filesOf(
    chosen: (known: Meanings) => File | null | undefined,
    bytesOf: (file: File) => Buffer,
  ): Map<string, Buffer> {
    const files = new Map<string, Buffer>();
    for (const [path, known] of names) {
      const file = chosen(known);
      if (file) files.set(path, bytesOf(file));
    }
    return files;
  }

  function toSync(path: string): () => void {
    const file = current(path);
    const changes = file?.unsure.filter((change) => returned.has(change)) ?? [];
    const entries = [...names].filter(([name]) => dirname(name) === path);
    const lengths = entries.map(([name, known]): [string, number] => [name, known.length]);
    return () => {
      if (file !== null) {
        file.sure = applied(file.sure, changes, 0);
        file.unsure = file.unsure.filter((change) => !changes.includes(change));
      }
      for (const [name, length] of lengths) names.get(name)?.splice(0, length - 1);
    };
  }
}

/** Everything lost, everything kept, or each change for itself, with luck that differs from cut to cut. */
function fatesOf(random: SeededRandom): () => Fate {
  if (random.chance(0.25)) return () => 'dropped';
  if (random.chance(0.15)) return () => 'kept';
  const [whole, kept] = [random.whole(0, 100) / 100, random.whole(0, 100) / 100];
  return () => {
    if (!random.chance(whole)) return 'torn';
    return random.chance(kept) ? 'kept' : 'dropped';
  };
}

/** A disk may also know that a file is longer without having what is in it. */
type Remainder = Change | { readonly kind: 'longer'; readonly size: number };

function whatIsLeft(change: Change, fate: Fate, random: SeededRandom): Remainder[] {
  if (fate === 'kept') return [change];
  if (change.kind === 'truncate') return [];
  const left: Remainder[] = fate === 'torn' ? sectorsOf(change).filter(() => random.chance(0.5)) : [];
  if (random.chance(0.5)) left.push({ kind: 'longer', size: change.offset + change.data.length });
  return left;
}

function sectorsOf({ offset, data, ...rest }: Extract<Change, { kind: 'write' }>): Change[] {
  const sectors: Change[] = [];
  for (let at = 0; at < data.length; ) {
    const end = Math.min(data.length, (Math.floor((offset + at) / sectorBytes) + 1) * sectorBytes - offset);
    sectors.push({ ...rest, offset: offset + at, data: data.subarray(at, end) });
    at = end;
  }
  return sectors;
}

/** The bytes of a file after changes; where it grew and nothing was written there is `filler`. */
function applied(before: Buffer, changes: readonly Remainder[], filler: number): Buffer {
  const most = changes.reduce((end, change) => Math.max(end, endOf(change)), before.length);
  const bytes = Buffer.alloc(most, filler);
  before.copy(bytes);
  let size = before.length;
  for (const change of changes) {
    if (change.kind === 'write') change.data.copy(bytes, change.offset);
    else if (change.kind === 'truncate' && change.size < size) bytes.fill(0, change.size, size);
    size = change.kind === 'truncate' ? change.size : Math.max(size, endOf(change));
  }
  return bytes.subarray(0, size);
}

function endOf(change: Remainder): number {
  return change.kind === 'write' ? change.offset + change.data.length : change.size;
}
