import { readFile, readlink, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BackhaulError } from '../../contract/errors.ts';
import { readIfPresent } from '../files/private-file.ts';

/** True when the server that runs as `pid` has written that it accepts connections. */
export async function postmasterIsReady(database: string, pid: number): Promise<boolean> {
  const lines = (await readIfPresent(join(database, 'postmaster.pid')))?.split('\n');
  return lines !== undefined && lines[0] === String(pid) && lines[7]?.trim() === 'ready';
}

/**
 * Makes sure that no server works on this directory: a live one is shut down, and the file of one that is
 * gone, a zombie, or whose number now belongs to another program is removed (SPEC 5.6).
 */
export async function clearPostmaster(database: string, report: (line: string) => void): Promise<void> {
  const file = join(database, 'postmaster.pid');
  const text = await readIfPresent(file);
  if (text === null) return;
  const pid = Number.parseInt(text, 10);
  if (Number.isSafeInteger(pid) && pid > 1 && (await serves(pid, database))) {
    report(`A PostgreSQL of this directory still runs as process ${pid}; shutting it down`);
    await shutDown(pid, database);
  } else {
    report(`Removing the postmaster.pid of a server that is gone (${text.split('\n')[0]})`);
  }
  await rm(file, { force: true });
}

async function shutDown(pid: number, database: string): Promise<void> {
  const signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];
  for (const signal of signals) {
    signalIfThere(pid, signal);
    const deadline = Date.now() + 8_000;
    while (Date.now() < deadline) {
      if (!(await serves(pid, database))) return;
      await delay(25);
    }
  }
  throw new BackhaulError(
    'unavailable',
    `Another PostgreSQL (process ${pid}) uses ${database} and does not stop. End it, then try again.`,
  );
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone between the look and the signal.
  }
}

/** Whether the process lives and is a PostgreSQL of this directory. kill(pid, 0) takes a zombie for alive. */
async function serves(pid: number, database: string): Promise<boolean> {
  try {
    const status = await readFile(`/proc/${pid}/stat`, 'utf8');
    const afterName = status.slice(status.lastIndexOf(')') + 2);
    if (afterName.startsWith('Z') || afterName.startsWith('X')) return false;
    const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
    if (!/(^|\/)postgres$/.test(words[0] ?? '')) return false;
    return words.includes(database) || (await readlink(`/proc/${pid}/cwd`)) === (await realpath(database));
  } catch {
    return false;
  }
}
