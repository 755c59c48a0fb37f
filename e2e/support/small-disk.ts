import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandOptions } from './command-line.ts';
import { mainFile, projectRoot } from './command-line.ts';
import { temporaryFolder } from './temporary-folder.ts';

/**
 * A disk of its own, so small that it can be filled: a tmpfs in a user and mount namespace, which every user may make.
 * Processes of `program` see it at `path`; this one reaches its files through the keeper of the namespace.
 */
export interface SmallDisk {
  readonly path: string;
  readonly program: NonNullable<CommandOptions['program']>;
  /** where this process finds a file of the disk; not for SQLite, which follows the link out of the namespace */
  seen(path: string): string;
  /** Takes all the room that is left. */
  fill(): void;
  /** Gives it back. */
  free(): void;
  /** Leaves room for so many more files, however small; null: as many as there may be. */
  filesLeft(count: number | null): void;
  /** Mounts a folder over itself for reading only; a disk with open files cannot be mounted anew as a whole. */
  readOnly(folder: string): void;
  writable(folder: string): void;
  /** a question to a database file on the disk */
  ask<Row>(file: string, sql: string): Row[];
  close(): Promise<void>;
}

const mountAndStay = 'mount -t tmpfs -o "size=$1,mode=700" tmpfs "$2" && echo ready && exec cat';
const question = `
  const db = new (require('node:sqlite').DatabaseSync)(process.argv[1], { readOnly: true, timeout: 5000 });
  console.log(JSON.stringify(db.prepare(process.argv[2]).all()));`;

export async function openSmallDisk(size = '6m'): Promise<SmallDisk> {
  const folder = temporaryFolder('disk');
  const keeper = spawn(
    'unshare',
    ['--user', '--map-root-user', '--mount', 'sh', '-c', mountAndStay, 'sh', size, folder.path],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const failed = once(keeper, 'exit').then(() => Promise.reject(new Error('No disk could be mounted.')));
  await Promise.race([once(keeper.stdout, 'data'), failed]);
  failed.catch(() => undefined);
  const inside = [
    'nsenter',
    '--target',
    String(keeper.pid),
    '--user',
    '--mount',
    '--preserve-credentials',
  ] as const;
  const run = (...command: readonly string[]): string => {
    const [file, ...before] = inside;
    const { status, stdout, stderr } = spawnSync(file, [...before, ...command], {
      encoding: 'utf8',
      cwd: projectRoot,
    });
    if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
    return stdout;
  };
  const seen = (path: string): string => `/proc/${keeper.pid}/root${path}`;
  const filler = seen(join(folder.path, 'filler'));
  return {
    path: folder.path,
    program: [...inside, process.execPath, mainFile],
    seen,
    fill: () => fillWith(filler),
    free: () => rmSync(filler, { force: true }),
    filesLeft(count) {
      const { files, ffree } = statfsSync(seen(folder.path));
      const most = count === null ? 100_000 : files - ffree + count;
      run('mount', '-o', `remount,nr_inodes=${most}`, folder.path);
    },
    readOnly(below) {
      run('mount', '--bind', below, below);
      run('mount', '-o', 'remount,bind,ro', below);
    },
    writable: (below) => void run('umount', '--lazy', below),
    ask: (file, sql) => JSON.parse(run(process.execPath, '-e', question, file, sql)),
    async close() {
      keeper.stdin.end();
      await once(keeper, 'exit');
      folder.remove();
    },
  };
}

/** Takes all the room that is left on the disk of a file. */
export function fillWith(path: string): void {
  const file = openSync(path, 'a');
  try {
    for (const block = Buffer.alloc(4096); ; ) writeSync(file, block);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(file);
  }
}
