import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ, 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** Memory of a process as Linux counts it; `peak` is the highest since it began. */
export interface MemoryUse {
  readonly residentMb: number;
  readonly peakMb: number;
}

/** @throws where there is no /proc (not Linux) or no such process */
export function memoryOf(pid: number): MemoryUse {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? Number.NaN) / 1024;
  return { residentMb: megabytes('VmRSS'), peakMb: megabytes('VmHWM') };
}

/** Seconds of processor time that a process has had; 0 for one that is gone. */
export function cpuSecondsOf(pid: number): number {
  const [, user, system] = statFields(pid) ?? [0, 0, 0];
  return (user + system) / ticksPerSecond;
}

/** A process's children, their children and so on. */
export function descendantsOf(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = statFields(Number(name))?.[0];
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found: number[] = [];
  const take = (of: number): void => {
    for (const child of children.get(of) ?? []) {
      found.push(child);
      take(child);
    }
  };
  take(pid);
  return found;
}

/** Parent, user ticks, system ticks; the name in the middle may hold anything, so it is cut off first. */
function statFields(pid: number): [parent: number, user: number, system: number] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return [Number(fields[1]), Number(fields[11]), Number(fields[12])];
  } catch {
    return null;
  }
}
