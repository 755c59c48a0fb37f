import { readFileSync } from 'node:fs';

/** open files that the database, its reading threads, the cloud, the log and commands are left with */
const keptForOthers = 64;
const fewestConnections = 8;

/** How many connections the bridge may serve, so that producers which forget to close theirs leave files to open. */
export function connectionLimit(): number {
  return Math.max(fewestConnections, mostOpenFiles() - keptForOthers);
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
