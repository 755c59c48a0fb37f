import { statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { readFileHeader } from '../../storage/service.ts';
import { lockBytes, processName, writersOf } from '../file-locks.ts';
import { critical, type Finding, fine, info } from '../finding.ts';
import type { Patient } from '../patient.ts';

const looks = 20;
const pauseMs = 250;

/**
 * Whether one other process holds the database for writing for five seconds on end. The kernel is asked, no lock is
 * taken; an ordinary writer is gone at the second look.
 */
export async function databaseLock(patient: Patient): Promise<readonly Finding[]> {
  const path = patient.databasePath;
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats?.isFile() || stats.size === 0) return [fine('Nobody holds the database.')];
  const { holder, answer } = await patient.engine();
  const own = new Set([holder, answer?.pid, process.pid]);
  const holders = await heldThroughout(path, (pid) => !own.has(pid));
  if (holders === null) return [info('This system does not tell who holds a file.')];
  if (holders.length === 0) return [fine('Nobody holds the database for long.')];
  return [
    critical(
      `Another program holds the database for writing without a pause: process ${holders.map(processName).join(', ')}. Nothing is lost, but no record can be stored until it lets go; what arrives waits.`,
      `Let that program finish, or end it (kill ${holders.join(' ')}). A tool such as a database browser must not leave a change uncommitted.`,
    ),
  ];
}

/** Those of the wanted processes that hold it at every look; null where the system does not tell. */
async function heldThroughout(
  path: string,
  wanted: (pid: number) => boolean,
): Promise<readonly number[] | null> {
  let holders = writersNow(path)?.filter(wanted) ?? null;
  for (let look = 1; look < looks && holders !== null && holders.length > 0; look += 1) {
    await delay(pauseMs);
    const still: readonly number[] = writersNow(path) ?? [];
    holders = holders.filter((pid) => still.includes(pid));
  }
  return holders;
}

function writersNow(path: string): readonly number[] | null {
  const { isWal } = readFileHeader(path);
  const held = [
    writersOf(path, lockBytes.reserved),
    writersOf(path, lockBytes.shared),
    ...(isWal ? [writersOf(`${path}-shm`, lockBytes.walWrite)] : []),
  ];
  return held.includes(null) ? null : held.flatMap((pids) => pids ?? []);
}
