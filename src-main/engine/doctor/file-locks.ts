import { readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';

/** Where SQLite locks: bytes of the database file, or of its -shm file where the journal is a WAL. */
export const lockBytes = { reserved: 0x40000001, shared: 0x40000002, walWrite: 120 } as const;

/**
 * The processes that hold a byte of a file for writing, as the kernel tells without any lock of our own; null where
 * this system does not tell.
 */
export function writersOf(path: string, byte: number): readonly number[] | null {
  const inode = statSync(path, { throwIfNoEntry: false })?.ino;
  const lines = lockLines();
  if (lines === null || inode === undefined) return lines === null ? null : [];
  const pids = lines.flatMap((line) => {
    const match = /POSIX\s+\S+\s+WRITE\s+(\d+)\s+[\da-f]+:[\da-f]+:(\d+)\s+(\d+)\s+(\d+|EOF)/.exec(line);
    if (match === null || Number(match[2]) !== inode) return [];
    const last = match[4] === 'EOF' ? Number.POSITIVE_INFINITY : Number(match[4]);
    return Number(match[3]) <= byte && byte <= last ? [Number(match[1])] : [];
  });
  return [...new Set(pids)].filter((pid) => hasOpen(pid, path));
}

function lockLines(): readonly string[] | null {
  try {
    return readFileSync('/proc/locks', 'utf8').split('\n');
  } catch {
    return null;
  }
}

/** Two file systems may use one number for two files; where the process cannot be looked into, it is believed. */
function hasOpen(pid: number, path: string): boolean {
  let names: readonly string[];
  try {
    names = readdirSync(`/proc/${pid}/fd`);
  } catch {
    return true;
  }
  const real = realpathSync(path);
  return names.some((name) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${name}`) === real;
    } catch {
      return false;
    }
  });
}

/** `1234 (python3)` */
export function processName(pid: number): string {
  try {
    return `${pid} (${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()})`;
  } catch {
    return String(pid);
  }
}

/** True for a process that was halted (SIGSTOP) and waits to go on. */
export function isHalted(pid: number): boolean {
  try {
    return /\)\s+[Tt]\s/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
