import type { Database } from 'better-sqlite3';
import { ensureParents, prepared, type Storage } from '../storage/service.ts';
import { isTimeZone, type StoreTime, storeTime } from '../time/store-time.ts';
import type { Refusal } from './messages.ts';
import { loadProgress, type Progress, saveProgress } from './tracker-rows.ts';
import { readZones } from './zone-rows.ts';
import type { Step } from './zone-states.ts';
import type { Zones } from './zones.ts';

/** What is remembered of a session that is in the database. */
export interface KnownSession {
  readonly sessionId: string;
  cameraId: string;
  startMs: number | null;
  zones: Zones | null;
  progress: Progress;
  /** zones whose timers moved since the last save */
  readonly touched: Set<string>;
  unsaved: boolean;
}

/** What is remembered between two transactions; all of it can be read again from the database. */
export interface CaptureMemory {
  /** The location of a record that says `given`: the box's one, or why it cannot be taken. */
  location(given: string | null): { readonly locationId: string } | Refusal;
  /** A record of this location is stored: it is the box's from now on. */
  adopt(db: Database, locationId: string): void;
  time(): StoreTime;
  /** the location's row was written: its zone counts from now on, unless the configuration names one */
  locationChanged(timezone: string | null): void;
  /** Makes stubs for parents that are missing. */
  ensureParents(db: Database, sessionId: string, cameraId: string, locationId: string): void;
  /** The session if the database has it. */
  session(db: Database, sessionId: string): KnownSession | null;
  /** Takes a frame's step into account; saved with `save`. */
  follow(session: KnownSession, step: Step, frameNumber: number): void;
  /** Writes what frames changed; the last thing in a transaction. */
  save(db: Database, now: string): void;
  /** after a commit: the zone is read anew, the sessions that were used are kept */
  committed(): void;
  /** after a rollback: nothing here can be relied on */
  forget(): void;
}

interface SessionRow {
  readonly camera_id: string;
  readonly start_time: string | null;
  readonly roi_version: number | string | null;
}

const rememberedSessions = 200;
const rememberedParents = 10_000;
const fallbackZone = 'Asia/Shanghai';

export interface CaptureMemoryOptions {
  readonly storage: Storage;
  /** overrides the zone of the location's row */
  readonly configuredZone: string | null;
}

export function createCaptureMemory(options: CaptureMemoryOptions): CaptureMemory {
  return new DatabaseMemory(options);
}

class DatabaseMemory implements CaptureMemory {
  readonly #storage: Storage;
  readonly #configuredZone: string | null;
  readonly #sessions = new Map<string, KnownSession>();
  /** cameras by session whose parents are there */
  readonly #parents = new Map<string, Set<string>>();
  #parentCount = 0;
  #locationId: string | null = null;
  #time: StoreTime | null = null;

  constructor({ storage, configuredZone }: CaptureMemoryOptions) {
    this.#storage = storage;
    this.#configuredZone = configuredZone;
  }

  location(given: string | null): { readonly locationId: string } | Refusal {
    const ours = this.#locationId ?? this.#storage.location.id();
    if (ours !== null && given !== null && given !== ours) return wrongLocation(ours, given);
    const id = ours ?? given;
    return id === null ? { code: 'invalid_shape', message: 'location_id is required' } : { locationId: id };
  }

  adopt(db: Database, locationId: string): void {
    if (this.#locationId !== null) return;
    this.#storage.location.fix(db, locationId);
    this.#locationId = locationId;
  }

  time(): StoreTime {
    this.#time ??= storeTime(usable(this.#storage.location.timeZone()));
    return this.#time;
  }

  locationChanged(timezone: string | null): void {
    if (timezone !== null && this.#configuredZone === null) this.#time = storeTime(usable(timezone));
  }

  ensureParents(db: Database, sessionId: string, cameraId: string, locationId: string): void {
    if (this.#parents.get(sessionId)?.has(cameraId)) return;
    this.adopt(db, locationId);
    ensureParents(db, { sessionId, cameraId, locationId });
    if (this.#parentCount >= rememberedParents) this.#forgetParents();
    const cameras = this.#parents.get(sessionId) ?? new Set();
    this.#parents.set(sessionId, cameras.add(cameraId));
    this.#parentCount += 1;
  }

  session(db: Database, sessionId: string): KnownSession | null {
    const remembered = this.#sessions.get(sessionId);
    if (remembered !== undefined) return remembered;
    const known = loadSession(db, sessionId, this.time());
    if (known !== null) this.#sessions.set(sessionId, known);
    return known;
  }

  follow(session: KnownSession, step: Step, frameNumber: number): void {
    session.progress = { tracker: step.tracker, lastFrame: frameNumber };
    for (const zone of step.touched) session.touched.add(zone);
    session.unsaved = true;
  }

  save(db: Database, now: string): void {
    for (const session of this.#sessions.values()) {
      if (!session.unsaved) continue;
      saveProgress(db, session, session.progress, session.touched, now);
      session.touched.clear();
      session.unsaved = false;
    }
  }

  committed(): void {
    this.#time = null;
    if (this.#sessions.size > rememberedSessions) this.#sessions.clear();
  }

  forget(): void {
    this.#sessions.clear();
    this.#forgetParents();
    this.#locationId = null;
    this.#time = null;
  }

  #forgetParents(): void {
    this.#parents.clear();
    this.#parentCount = 0;
  }
}

function usable(zone: string): string {
  return isTimeZone(zone) ? zone : fallbackZone;
}

function wrongLocation(ours: string, given: string): Refusal {
  return {
    code: 'wrong_location',
    message: `this box belongs to the location ${JSON.stringify(ours)}; a line for ${JSON.stringify(given)} is not taken`,
  };
}

function loadSession(db: Database, sessionId: string, time: StoreTime): KnownSession | null {
  const row = prepared(
    db,
    'SELECT camera_id, start_time, roi_version FROM sessions WHERE session_id = ?',
  ).get(sessionId) as SessionRow | undefined;
  if (row === undefined) return null;
  return {
    sessionId,
    cameraId: row.camera_id,
    startMs: row.start_time === null ? null : time.toEpochMs(row.start_time),
    zones: row.roi_version === null ? null : readZones(db, row.camera_id, Number(row.roi_version)),
    progress: loadProgress(db, sessionId),
    touched: new Set(),
    unsaved: false,
  };
}
