import type { BridgeConnection, LiveCamera, LiveCapture } from '../../contract/live-shapes.ts';
import type { CaptureStatus } from '../../contract/status-shapes.ts';
import type { Logger } from '../log/logger.ts';
import type { EventHub } from '../rpc/event-hub.ts';
import { type Storage, utcText } from '../storage/service.ts';
import { dayBounds, dayOf } from '../time/store-days.ts';
import { watchChanges } from '../watch-changes.ts';
import { createArrivalRate } from './arrival-rate.ts';
import { daysOfRoom } from './days-of-room.ts';
import { type CameraStates, followLatestStates } from './latest-states.ts';

export interface LiveOptions {
  readonly storage: Storage;
  readonly now: () => Date;
  /** when each active camera was last heard of, and which of them are silent too long */
  readonly cameraSigns: () => Promise<{
    readonly signs: ReadonlyMap<string, Date>;
    readonly silent: ReadonlySet<string>;
  }>;
  readonly capture: () => CaptureStatus;
  readonly connections: () => BridgeConnection[];
}

/** What comes in now: the newest state of every division and table, the pace, the producers (SPEC 7, Capture). */
export interface Live {
  /** One answer at a time: who asks while it is being read gets the same one. */
  read(): Promise<LiveCapture>;
}

export function createLive(options: LiveOptions): Live {
  const { storage, now } = options;
  const latest = followLatestStates(storage);
  const rate = createArrivalRate();
  let today = { day: '', count: 0 };
  let reading: Promise<LiveCapture> | null = null;

  async function countToday(added: number): Promise<number> {
    const zone = storage.location.timeZone();
    const day = dayOf(now().getTime(), zone);
    if (today.day !== day) today = { day, count: await capturedSince(storage, dayBounds(day, zone).fromMs) };
    else today = { day, count: today.count + added };
    return today.count;
  }

  async function readAnew(): Promise<LiveCapture> {
    const [{ cameras, added }, { signs, silent }, names] = await Promise.all([
      latest.read(),
      options.cameraSigns(),
      cameraNames(storage),
    ]);
    const elapsed = performance.now();
    rate.add(added, elapsed);
    const capturedToday = await countToday(added);
    return {
      capture: options.capture(),
      capturedToday,
      recordsPerSecond: rate.perSecond(elapsed),
      daysOfRoom: await daysOfRoom(storage.path, capturedToday, storage.location.timeZone(), now()),
      cameras: [...new Set([...signs.keys(), ...cameras.keys()])]
        .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }))
        .map((id) => cameraOf(id, names.get(id), cameras.get(id), signs.get(id), silent.has(id))),
      connections: options.connections(),
    };
  }

  return {
    read() {
      reading ??= readAnew().finally(() => {
        reading = null;
      });
      return reading;
    },
  };
}

/** Tells listeners of `capture.changed` what comes in, at most once a second. */
export function watchLive(live: Live, storage: Storage, events: EventHub, log: Logger): { stop(): void } {
  return watchChanges({ storage, events, log, name: 'capture.changed', read: () => live.read() });
}

function cameraOf(
  cameraId: string,
  name: string | undefined,
  states: CameraStates | undefined,
  sign: Date | undefined,
  silent: boolean,
): LiveCamera {
  const newest = Math.max(sign?.getTime() ?? 0, states?.newestAt?.getTime() ?? 0);
  return {
    cameraId,
    name: name === undefined || name === '' ? null : name,
    lastSignAt: newest === 0 ? null : new Date(newest).toISOString(),
    silent,
    division: states?.division ?? null,
    tables: [...(states?.tables.values() ?? [])].sort((one, other) =>
      one.tableId.localeCompare(other.tableId, 'en', { numeric: true }),
    ),
  };
}

async function cameraNames(storage: Storage): Promise<Map<string, string>> {
  const rows = await storage.background.all<{ camera_id: string; camera_name: string | null }>(
    'SELECT camera_id, camera_name FROM cameras',
  );
  return new Map(rows.map((row) => [row.camera_id, row.camera_name ?? '']));
}

async function capturedSince(storage: Storage, epochMs: number): Promise<number> {
  const since = utcText(new Date(epochMs));
  const rows = await storage.background.all<{ n: number }>(
    `SELECT (SELECT count(*) FROM division_states WHERE created_at >= ?)
          + (SELECT count(*) FROM table_states WHERE created_at >= ?) AS n`,
    [since, since],
  );
  return rows[0]?.n ?? 0;
}
