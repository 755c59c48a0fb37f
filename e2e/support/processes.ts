import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

export interface FoundProcess {
  readonly pid: number;
  readonly args: readonly string[];
}

/** Processes, zombies left out, with an argument that names this path or something below it. */
export function processesOf(path: string): FoundProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), args: argumentsOf(name) }))
    .filter(({ args }) => args.some((arg) => arg === path || arg.startsWith(`${path}/`)));
}

function argumentsOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** The PostgreSQL servers on a data directory; its helpers do not name it. */
export function postgresServers(dataDir: string): FoundProcess[] {
  return processesOf(`${dataDir}/local-cloud/postgres`).filter(({ args }) => args[0]?.endsWith('/postgres'));
}

/** Resolves when nothing runs on a path any more; throws with what still does. */
export async function nothingRunsOn(path: string, withinMs = 10_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const left = processesOf(path);
    if (left.length === 0) return;
    if (performance.now() > deadline) {
      throw new Error(`Still running: ${left.map(({ pid, args }) => `${pid} ${args.join(' ')}`).join('\n')}`);
    }
    await delay(50);
  }
}
