import type { SetAsideFile } from '../storage/service.ts';

/** Damaged files of which a person has not taken note yet, in one. */
export interface Damage {
  readonly files: number;
  /** `failed`: what could be read has not come back yet; it is tried again */
  readonly state: SetAsideFile['state'];
  /** the newest one's name in the data directory */
  readonly file: string;
  /** ISO; when the newest was set aside */
  readonly since: string;
  /** state records that were brought back */
  readonly recovered: number;
  /** pages and rows of which nothing, or only a part, could be read */
  readonly unreadable: number;
}

/** @returns null where there is none, or a person has taken note of all */
export function damageOf(files: readonly SetAsideFile[]): Damage | null {
  const open = files.filter((one) => one.acknowledgedAt === null);
  const newest = open.at(-1);
  if (newest === undefined) return null;
  const states = open.map(({ state }) => state);
  const sum = (of: (one: SetAsideFile) => number): number => open.reduce((total, one) => total + of(one), 0);
  return {
    files: open.length,
    state: states.find((one) => one === 'failed') ?? states.find((one) => one === 'running') ?? 'done',
    file: newest.file,
    since: newest.at,
    recovered: sum((one) => (one.recovered.division_states ?? 0) + (one.recovered.table_states ?? 0)),
    unreadable: sum((one) => one.damagedPages + one.brokenRows),
  };
}

const brought: Readonly<Record<SetAsideFile['state'], string>> = {
  running: 'so far; the rest is being read',
  done: 'and what was not sent yet goes to the cloud',
  failed: 'before that was interrupted; it is tried again',
};

/** What happened, what it means for the data, what to do next. */
export function damageWords({ file, recovered, unreadable, state }: Damage): string {
  const count = `${recovered.toLocaleString('en-US')} ${recovered === 1 ? 'record was' : 'records were'}`;
  const lost =
    unreadable === 0
      ? 'No other damage was met in it.'
      : `${unreadable.toLocaleString('en-US')} damaged places in it could not be read; what stood there is in the cloud only if it was sent before.`;
  return `The file with the records was damaged and is set aside as ${file}. ${count} brought back from it, ${brought[state]}. ${lost} New records are stored in a new file. Keep the damaged file, have the disk of this box checked, then acknowledge: backhaul errors --acknowledge damage`;
}
