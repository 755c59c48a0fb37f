import { existsSync } from 'node:fs';

/**
 * A name beside a file that none of its companions has yet: `<path>.<mark>-<UTC stamp>`, with `-2` and so on where two
 * fall on one second.
 * @param ends what else must be free behind the name, such as `-wal`
 */
export function stampedName(path: string, mark: string, now: Date, ends: readonly string[] = []): string {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace(/\..*/, 'Z');
  const name = `${path}.${mark}-${stamp}`;
  const isTaken = (one: string): boolean => ['', ...ends].some((end) => existsSync(one + end));
  let free = name;
  for (let copy = 2; isTaken(free); copy += 1) free = `${name}-${copy}`;
  return free;
}
