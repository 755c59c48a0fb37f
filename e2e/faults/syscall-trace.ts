import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type CommandOptions,
  projectRoot,
  type RunningCommand,
  startBackhaul,
} from '../support/command-line.ts';

/** One system call of a traced process; `begin` and `end` are lines of the trace, which are in the order of time. */
export interface SystemCall {
  readonly name: string;
  /** as strace prints them, strings escaped, each descriptor with its path */
  readonly args: string;
  /** what it returned; −1 for a failure, null where the process ended first */
  readonly result: number | null;
  readonly begin: number;
  readonly end: number;
}

/** Every call by which bytes or names of a file change or are synced, and by which a reply leaves. */
const traced = [
  ...['openat', 'creat', 'link', 'linkat', 'rename', 'renameat', 'renameat2', 'unlink', 'unlinkat', 'mkdir'],
  ...[
    'write',
    'writev',
    'pwrite64',
    'pwritev',
    'pwritev2',
    'sendto',
    'sendmsg',
    'sendfile',
    'copy_file_range',
  ],
  ...['fsync', 'fdatasync', 'sync_file_range', 'ftruncate', 'truncate', 'fallocate'],
];
const strace = ['strace', '-f', '--seccomp-bpf', '-y', '-s', '100000'] as const;

/** Starts `backhaul …` under strace; the trace in `file` is complete when the command has finished. */
export function startTraced(
  args: readonly string[],
  file: string,
  options: CommandOptions & { readonly dataDir: string },
): RunningCommand {
  requireTracing();
  const main = join(projectRoot, 'src-main', 'cli', 'main.ts');
  return startBackhaul(args, {
    ...options,
    program: [...strace, '-o', file, '-e', `trace=${traced.join(',')}`, '--', process.execPath, main],
  });
}

/** @throws Error where the system lets no process be traced: then nothing is proved, which is no pass */
function requireTracing(): void {
  const [program, ...flags] = strace;
  const { error, status, stderr } = spawnSync(program, [...flags, '-o', '/dev/null', 'true'], {
    encoding: 'utf8',
  });
  if (error === undefined && status === 0) return;
  throw new Error(
    `That an acknowledgement follows its sync to disk cannot be shown here, as strace does not run: ${
      error?.message ?? stderr.trim()
    }. Install strace and permit ptrace (in a container: --cap-add=SYS_PTRACE), then run the tests again.`,
  );
}

interface Unfinished {
  readonly name: string;
  readonly args: string;
  readonly begin: number;
}

/** A trace as `strace -f -y` writes it; a call that another thread interrupted stands on two lines. */
export function readTrace(file: string): SystemCall[] {
  const calls: SystemCall[] = [];
  const unfinished = new Map<string, Unfinished>();
  const lines = readFileSync(file, 'latin1').split('\n');
  for (const [at, line] of lines.entries()) {
    const [head, thread = '', name] = /^(\d+) +(?:(\w+)\(|<\.\.\. \w+ resumed>)/.exec(line) ?? [];
    if (head === undefined) continue;
    const before = name === undefined ? unfinished.get(thread) : { name, args: '', begin: at };
    if (before === undefined) continue;
    unfinished.delete(thread);
    if (line.endsWith(' <unfinished ...>')) {
      unfinished.set(thread, { ...before, args: line.slice(head.length, -' <unfinished ...>'.length) });
      continue;
    }
    const equals = line.lastIndexOf(' = ');
    const args = before.args + line.slice(head.length, line.lastIndexOf(')', equals));
    const result = /^ = (-?\d+)/.exec(line.slice(equals));
    calls.push({ ...before, args, result: result === null ? null : Number(result[1]), end: at });
  }
  for (const left of unfinished.values()) calls.push({ ...left, result: null, end: lines.length });
  return calls.sort((one, other) => one.begin - other.begin);
}

const escapes: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, v: 11, f: 12, a: 7, b: 8 };

/** The bytes of the strings among printed arguments, one buffer each. */
export function stringsOf(args: string): Buffer[] {
  return [...args.matchAll(/"((?:[^"\\]|\\.)*)"(\.\.\.)?/g)].map(([, text = '', cut]) => {
    if (cut !== undefined) throw new Error('strace shortened a string: raise its -s.');
    return unescaped(text);
  });
}

function unescaped(text: string): Buffer {
  const bytes = Buffer.allocUnsafe(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at += 1) {
    let code = text.charCodeAt(at);
    if (code === 92) {
      at += 1;
      const [octal] = /^[0-7]{1,3}/.exec(text.slice(at, at + 3)) ?? [];
      if (octal === undefined) code = escapes[text[at] ?? ''] ?? text.charCodeAt(at);
      else {
        code = Number.parseInt(octal, 8);
        at += octal.length - 1;
      }
    }
    bytes[length] = code;
    length += 1;
  }
  return bytes.subarray(0, length);
}
