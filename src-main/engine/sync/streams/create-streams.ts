import { streamNames } from '../../../contract/run-shapes.ts';
import type { Verification } from '../../../contract/verify-shapes.ts';
import { type CloudSession, cloudVerifier, dispositionOf, tableSink } from '../../cloud/service.ts';
import type { Config } from '../../config/load-config.ts';
import type { Storage } from '../../storage/service.ts';
import { dayOf } from '../changing-table.ts';
import { oweComparison } from '../last-verification.ts';
import { type LogItem, logSource } from '../log-source.ts';
import type { OutgoingRow } from '../outgoing-row.ts';
import { type Marking, type ParentItem, type ParentTable, parentSource } from '../parent-source.ts';
import { prepareRun } from '../prepare-run.ts';
import { type StateItem, stateSource } from '../state-source.ts';
import { type AnyStream, anyStream, type Sink } from '../stream.ts';
import { verify } from '../verify.ts';
import { changingTables, cloudKeys, logTables, parentTables, stateTables } from './list.ts';
import { syncStatus } from './sync-status.ts';

export interface StreamsOptions {
  readonly storage: Storage;
  readonly config: Config;
  readonly locationId: string;
  /** null in a dry run */
  readonly session: CloudSession | null;
  readonly dryRun: boolean;
  readonly now: () => Date;
  /** collects the sessions whose records the run carries */
  readonly touched: Set<string>;
  /** collects the UTC days whose records the run carries, by stream */
  readonly touchedDays: Map<string, Set<string>>;
}

/** The streams of one run, in order; making them sets foreign rows aside and completes parents. */
export async function createStreams(options: StreamsOptions): Promise<AnyStream[]> {
  const { storage, locationId, session, now, touched } = options;
  const inventory = [...logTables, ...changingTables];
  const prepared = options.dryRun ? null : await prepareRun(storage, stateTables, inventory, locationId, now);
  const hashed = (table: ParentTable, marking?: Marking): AnyStream =>
    anyStream<ParentItem>({
      name: table.name,
      source: parentSource(storage, table, locationId, now, marking),
      sink: cloudSink(session, table.name, (item) => item.outgoing),
      lanes: 1,
    });
  const changing = changingTables.map((table) =>
    hashed(table, (db, items) => {
      oweComparison(db);
      const days = daysOf(options.touchedDays, table.name);
      for (const { outgoing } of items) days.add(dayOf(table, outgoing.row));
    }),
  );
  const states = stateTables.map((table) =>
    anyStream<StateItem>({
      name: table.name,
      source: stateSource({
        storage,
        table,
        locationId,
        now,
        setAside: prepared?.setAside.get(table.name) ?? 0,
        upTo: prepared?.upTo.get(table.name) ?? null,
        touched: (sessionId) => touched.add(sessionId),
      }),
      sink: cloudSink(session, table.name, (item) => ({ row: item.payload, onConflict: 'settle' })),
      lanes: options.config.sync.lanes,
    }),
  );
  const logs = logTables.map((table) =>
    anyStream<LogItem>({
      name: table.name,
      source: logSource({
        ...{ storage, table, locationId, now },
        touched: (day) => daysOf(options.touchedDays, table.name).add(day),
      }),
      sink: cloudSink(session, table.name, (item) => ({ row: item.payload, onConflict: 'settle' })),
      lanes: options.config.sync.lanes,
    }),
  );
  const streams = [...parentTables.map((table) => hashed(table)), ...states, ...logs, ...changing];
  return streams.toSorted((a, b) => placeOf(a.name) - placeOf(b.name));
}

function placeOf(name: string): number {
  return (streamNames as readonly string[]).indexOf(name);
}

function daysOf(touched: Map<string, Set<string>>, stream: string): Set<string> {
  const days = touched.get(stream) ?? new Set();
  touched.set(stream, days);
  return days;
}

function cloudSink<Item>(
  session: CloudSession | null,
  name: string,
  outgoing: (item: Item) => OutgoingRow,
): Sink<Item> {
  if (session === null) return { send: () => Promise.reject(new Error('A dry run contacts no cloud.')) };
  return tableSink(session, { table: `ASE_${name}`, key: cloudKeys[name] ?? [] }, outgoing);
}

export interface ComparisonOptions {
  readonly storage: Storage;
  readonly session: CloudSession;
  readonly locationId: string;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

/** Where nothing was captured there is nothing to compare. */
export const nothingCompared: Verification = { agrees: true, streams: [], repaired: 0, accepted: 0 };

/** Compares local and cloud for the named sessions, or for all that are held. */
export function verifySessions(
  options: ComparisonOptions & {
    readonly sessions: readonly string[] | null;
    /** UTC days to compare by stream, null for all that are held */
    readonly days: ReadonlyMap<string, ReadonlySet<string>> | null;
    readonly repair: boolean;
    readonly overwrite: boolean;
    readonly acceptLost: boolean;
  },
): Promise<Verification> {
  return verify({
    ...options,
    logTables,
    changingTables,
    cloud: cloudVerifier(options.session, options.locationId),
    isTooLarge: (error) => dispositionOf(error) === 'smaller',
  });
}

/** Sends finished runs to ASE_sync_status, outside every run's figures. */
export async function reportRuns({
  storage,
  session,
  locationId,
  now,
  signal,
}: ComparisonOptions): Promise<void> {
  const source = parentSource(storage, syncStatus, locationId, now);
  const sink = cloudSink<ParentItem>(session, 'sync_status', (item) => item.outgoing);
  await source.plan({ createdAfter: null }, false);
  for await (const batch of source.batches(() => 500)) {
    await sink.send(batch.items, signal);
    await source.mark(batch.items);
  }
}
