import { join } from 'node:path';
import {
  type Preferences,
  type PreferencesChange,
  preferences as schema,
} from '../contract/desktop-contract.ts';
import { BackhaulError } from '../contract/errors.ts';
import { readJsonFile, writeJsonFile } from '../engine/files/json-file.ts';
import type { Logger } from '../engine/log/logger.ts';

/** What a person chose for this console, in one file of its folder. */
export interface PreferenceStore {
  current(): Preferences;
  /** Changes what is named and resolves when it is on disk. Faults: storage, and nothing is changed then. */
  change(part: PreferencesChange): Promise<Preferences>;
  onChange(listener: (preferences: Preferences) => void): void;
}

export function openPreferences(consoleFolder: string, log: Logger, now: () => Date): PreferenceStore {
  const path = join(consoleFolder, 'preferences.json');
  const read = readJsonFile(path, schema, now);
  if (read.setAside !== null) log.warn('the preferences were damaged', { keptAs: read.setAside });
  const listeners = new Set<(preferences: Preferences) => void>();
  let current = read.value;
  let last: Promise<unknown> = Promise.resolve();

  async function write(part: PreferencesChange): Promise<Preferences> {
    const changed = schema.parse({ ...current, ...part });
    try {
      await writeJsonFile(path, changed);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new BackhaulError('storage', `The choice could not be stored: ${reason}`, { cause: error });
    }
    current = changed;
    for (const listener of listeners) listener(current);
    return current;
  }

  return {
    current: () => current,
    change(part) {
      const mine = last.then(() => write(part));
      last = mine.catch(() => undefined);
      return mine;
    },
    onChange: (listener) => void listeners.add(listener),
  };
}
