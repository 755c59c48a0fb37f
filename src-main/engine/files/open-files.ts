import { readFileSync } from 'node:fs';

/** open files that the database, its reading threads, the cloud, the log and commands are left with */
const keptForOthers = 64;
/** more programs of one box never ask at once */
const mostApiConnections = 1500;
const fewestConnections = 8;

/** How many connections each door of the engine may serve, so that no crowd at one leaves the others no file to open. */
export interface ConnectionShares {
  readonly bridge: number;
  readonly api: number;
}

export function connectionShares(openFiles = mostOpenFiles()): ConnectionShares {
  const api = Math.min(mostApiConnections, Math.floor(openFiles / 4));
  return {
    bridge: Math.max(fewestConnections, openFiles - keptForOthers - api),
    api: Math.max(fewestConnections, api),
  };
}

/** Infinity where the system does not say. */
function mostOpenFiles(): number {
  try {
    const [, files] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return files === undefined ? Number.POSITIVE_INFINITY : Number(files);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
