import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { readSetting, writeSetting } from '../settings.ts';
import { wasReplaced } from './set-aside.ts';

const count = z.int().min(0);

const setAsideFile = z.object({
  /** its name in the data directory */
  file: z.string(),
  /** ISO; when it was set aside */
  at: z.string(),
  /** SQLite's words, or ours */
  reason: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  /** rows brought into the present file, by table */
  recovered: z.record(z.string(), count),
  /** pages and rows of which nothing or only a part could be read */
  damagedPages: count,
  brokenRows: count,
  /** why the last attempt ended early, null where none did */
  error: z.string().nullable(),
  /** what the file was like when it was read to its end: another program may have gone on writing to it */
  readAs: z.string().nullable(),
  /** ISO; when a person has taken note of it */
  acknowledgedAt: z.string().nullable(),
});

/** A database that was set aside, damaged or replaced by a backup, and what was brought back from it. */
export type SetAsideFile = z.infer<typeof setAsideFile>;

/** Every damaged file that this database knows of, in the order they were set aside. */
export function readSetAside(db: Database): SetAsideFile[] {
  const text = readSetting(db, 'salvage');
  return text === null ? [] : parseSetAside(text);
}

export function parseSetAside(text: string): SetAsideFile[] {
  try {
    return z.array(setAsideFile).parse(JSON.parse(text));
  } catch {
    return [];
  }
}

/** Inside a write transaction: changes what is known of one file; one that is not known yet is added. */
export function changeSetAside(
  db: Database,
  file: string,
  change: (before: SetAsideFile) => SetAsideFile,
  fresh: { readonly at: string; readonly reason: string } = { at: '', reason: '' },
): void {
  const all = readSetAside(db);
  const known = all.find((one) => one.file === file);
  const changed = change(known ?? unreadYet({ file, ...fresh }));
  const others = all.filter((one) => one !== known);
  const sorted = [...others, changed].sort((a, b) => a.at.localeCompare(b.at));
  writeSetting(db, 'salvage', JSON.stringify(sorted));
}

/** A file of which nothing has been read so far. */
export function unreadYet(file: Pick<SetAsideFile, 'file' | 'at' | 'reason'>): SetAsideFile {
  return {
    ...file,
    state: 'running',
    recovered: {},
    damagedPages: 0,
    brokenRows: 0,
    error: null,
    readAs: null,
    // Who asked for a backup to take its place need not be told that it was set aside.
    acknowledgedAt: wasReplaced(file.file) ? file.at : null,
  };
}
