import { type SystemCall, stringsOf } from './syscall-trace.ts';

interface Timed {
  /** lines of the trace: from `begin` on it may have had an effect, at `end` it has returned */
  readonly begin: number;
  readonly end: number;
}

/** What a process did to a database's files; paths are absolute. */
export type DiskEvent = Timed &
  (
    | { readonly kind: 'create' | 'remove' | 'sync' | 'make folder'; readonly path: string }
    | { readonly kind: 'write'; readonly path: string; readonly offset: number; readonly data: Buffer }
    | { readonly kind: 'truncate'; readonly path: string; readonly size: number }
  );

/** The first byte of an acknowledgement left at `begin`. */
export interface AckEvent {
  readonly seq: number;
  readonly begin: number;
}

/**
 * The calls that concern a database: its file, its -wal and its -journal (the -shm is no business of a disk: SQLite
 * makes it anew), their folder and those above it.
 * @throws Error for a call on these that the model of a disk does not know
 */
export function diskEvents(calls: readonly SystemCall[], database: string): DiskEvent[] {
  const files = new Set([database, `${database}-wal`, `${database}-journal`]);
  const isAbove = (path: string): boolean => database.startsWith(`${path}/`);
  const there = new Set<string>();
  return calls.flatMap((call): DiskEvent[] => {
    if (call.result === null || call.result < 0) return [];
    const time = { begin: call.begin, end: call.end };
    const described = /^\d+<([^>]*)>/.exec(call.args)?.[1] ?? '';
    const named = call.args.startsWith('"') || call.name === 'openat' ? nameOf(call) : described;
    if (!files.has(named) && !(isAbove(named) && /^(fsync|mkdir)$/.test(call.name))) return [];
    switch (call.name) {
      case 'openat':
        if (!call.args.includes('O_CREAT') || there.has(named)) return [];
        there.add(named);
        return [{ ...time, kind: 'create', path: named }];
      case 'mkdir':
        return [{ ...time, kind: 'make folder', path: named }];
      case 'unlink':
        there.delete(named);
        return [{ ...time, kind: 'remove', path: named }];
      case 'fsync':
      case 'fdatasync':
        return [{ ...time, kind: 'sync', path: named }];
      case 'pwrite64': {
        const data = stringsOf(call.args)[0]?.subarray(0, call.result) ?? Buffer.alloc(0);
        const offset = Number(/, \d+, (\d+)$/.exec(call.args)?.[1]);
        return [{ ...time, kind: 'write', path: named, offset, data }];
      }
      case 'ftruncate':
        return [{ ...time, kind: 'truncate', path: named, size: Number(/, (\d+)$/.exec(call.args)?.[1]) }];
      default:
        throw new Error(`The model of a disk does not know ${call.name}(${call.args.slice(0, 200)})`);
    }
  });
}

function nameOf(call: SystemCall): string {
  return stringsOf(call.args)[0]?.toString('utf8') ?? '';
}

/** Acknowledgements in what was written to pipes, sockets and other descriptors than files of the database. */
export function ackEvents(calls: readonly SystemCall[]): AckEvent[] {
  const acks: AckEvent[] = [];
  const unended = new Map<string, { text: string; begin: number }>();
  for (const call of calls) {
    if (!/^(write|writev|sendto|sendmsg)$/.test(call.name) || (call.result ?? -1) <= 0) continue;
    const [descriptor = ''] = /^\d+<[^>]*>/.exec(call.args) ?? [];
    if (!/<(socket|pipe):/.test(descriptor)) continue;
    const written = Buffer.concat(stringsOf(call.args))
      .subarray(0, call.result ?? 0)
      .toString('latin1');
    const before = unended.get(descriptor) ?? { text: '', begin: call.begin };
    const lines = (before.text + written).split('\n');
    const last = lines.pop() ?? '';
    for (const [index, line] of lines.entries()) {
      const [, seq] = /^\{"type":"ack","seq":(\d+)\}$/.exec(line) ?? [];
      const begin = index === 0 && before.text !== '' ? before.begin : call.begin;
      if (seq !== undefined) acks.push({ seq: Number(seq), begin });
    }
    unended.set(descriptor, { text: last, begin: lines.length === 0 ? before.begin : call.begin });
  }
  return acks;
}
