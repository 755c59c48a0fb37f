import type { CloudAccess } from '../cloud/service.ts';
import { readSetting, type Storage } from '../storage/service.ts';
import { type CloudRow, readCounterparts, readWanted } from './cloud-records.ts';
import { type LocalRecord, recordKeyOf } from './local-records.ts';
import type { StateTable, Wanted } from './wanted-records.ts';

/** What the cloud has of one table. */
export interface CloudSide {
  /** by natural key */
  readonly rows: ReadonlyMap<string, CloudRow>;
  /** keys of what the cloud found by the filters, newest first */
  readonly found: readonly string[];
}

/** Its answer for every table, or why there is none. */
export type CloudAnswer =
  | { readonly known: true; readonly sides: ReadonlyMap<StateTable, CloudSide> }
  | { readonly known: false; readonly reason: string };

export interface AskOptions {
  readonly storage: Storage;
  readonly cloud: CloudAccess;
  readonly wanted: Wanted;
  readonly local: readonly LocalRecord[];
  readonly signal: AbortSignal;
}

/** A person waits for the answer. */
const patienceMs = 15_000;

/** Asks the cloud for the same records. Starts none and throws for none. */
export async function askCloud(options: AskOptions): Promise<CloudAnswer> {
  const { cloud, signal } = options;
  if (cloud.fault !== null) return { known: false, reason: cloud.fault.message };
  const patience = AbortSignal.timeout(patienceMs);
  try {
    const { reachable, kind } = await cloud.status();
    if (reachable !== true) return { known: false, reason: unreachable(kind) };
    return await ask(options, AbortSignal.any([signal, patience]));
  } catch (error) {
    signal.throwIfAborted();
    if (patience.aborted) return { known: false, reason: 'The cloud did not answer in time.' };
    return { known: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

async function ask(options: AskOptions, signal: AbortSignal): Promise<CloudAnswer> {
  const { storage, cloud, wanted } = options;
  const session = await cloud.open(wanted.locationId, signal);
  const marked = readSetting(storage.reader, 'cloud');
  if (marked !== null && marked !== session.identity) {
    const reason = `The marks in this database belong to another cloud (${marked}), this box is now set to ${session.identity}; "backhaul cloud switch" moves it.`;
    return { known: false, reason };
  }
  const sides = new Map<StateTable, CloudSide>();
  for (const table of wanted.tables) {
    const byFilter = await readWanted(session, table, wanted, signal);
    const found = byFilter.map((row) => recordKeyOf(table, row));
    const known = new Set(found);
    const rest = options.local.filter((one) => one.table === table && !known.has(one.recordKey));
    const byKey = await readCounterparts(session, table, wanted, rest, signal);
    const rows = new Map([...byFilter, ...byKey].map((row) => [recordKeyOf(table, row), row]));
    sides.set(table, { rows, found });
  }
  return { known: true, sides };
}

function unreachable(kind: CloudAccess['kind']): string {
  return kind === 'local'
    ? 'The local cloud does not run now; "backhaul cloud start" starts it.'
    : 'The cloud cannot be reached now.';
}
