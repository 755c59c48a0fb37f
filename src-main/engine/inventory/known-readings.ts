import { createHash } from 'node:crypto';
import { type Connection, prepared } from '../storage/service.ts';

/** What tells one reading from another; null where the message does not say it. */
export interface ReadingIdentity {
  readonly timestampMs: number | null;
  readonly frameNumber: number | null;
  readonly counts: Readonly<Record<string, number>>;
}

/** Tells readings that are sent again from new ones (SPEC 4.1). Used inside write transactions. */
export interface KnownReadings {
  /** `sender` is the connection that the message came by; remembers what is new */
  take(db: Connection, sender: object, reading: ReadingIdentity): 'new' | 'duplicate' | 'conflict';
  committed(): void;
  forget(): void;
}

/** Where a connection is in what it sends again. */
interface Resending {
  /** the newest reading before its first one */
  readonly upTo: number;
  /** the last one that it has sent again */
  readonly at: number;
}

/** more than a producer can have sent without an answer */
const remembered = 5000;
/** a recording that is brought again is older than that; what was overtaken on its way is not */
const longAgoSeconds = 60;
/** frames are counted anew when a detector starts: without a time they tell readings apart for a moment only */
const framesTellFor = '-60 seconds';

/**
 * A time and a frame name a reading. With only one of them a connection may send again, first of all and in order, what
 * came before it; whatever it says after its first new reading is new.
 */
export function createKnownReadings(snapshotIntervalMs: number): KnownReadings {
  const resending = new WeakMap<object, Resending | 'over'>();
  const moved = new Map<object, Resending | 'over'>();

  function isAgain(db: Connection, sender: object, key: string, hash: string, frameOnly: boolean): boolean {
    const state = moved.get(sender) ?? resending.get(sender) ?? { upTo: newest(db), at: 0 };
    if (state === 'over') return false;
    const sql = `SELECT id FROM inventory_readings WHERE reading_key = ? AND counts_hash = ? AND id > ? AND id <= ?
      AND (NOT ? OR created_at >= datetime('now', '${framesTellFor}')) ORDER BY id ${state.at === 0 ? 'DESC' : 'ASC'} LIMIT 1`;
    const found = prepared(db, sql).get(key, hash, state.at, state.upTo, Number(frameOnly)) as
      | { id: number }
      | undefined;
    moved.set(sender, found === undefined ? 'over' : { upTo: state.upTo, at: found.id });
    return found !== undefined;
  }

  return {
    take(db, sender, { timestampMs, frameNumber, counts }) {
      if (timestampMs === null && frameNumber === null) return 'new';
      const key = `${timestampMs ?? ''}/${frameNumber ?? ''}`;
      const hash = hashOf(counts);
      if (timestampMs !== null && frameNumber !== null) {
        const known = hashOfKey(db, key);
        if (known !== null) return known === hash ? 'duplicate' : 'conflict';
        if (isAmongSnapshots(db, timestampMs, frameNumber, snapshotIntervalMs)) return 'duplicate';
      } else if (isAgain(db, sender, key, hash, timestampMs === null)) return 'duplicate';
      remember(db, key, hash);
      return 'new';
    },
    committed() {
      for (const [sender, state] of moved) resending.set(sender, state);
      moved.clear();
    },
    forget() {
      moved.clear();
    },
  };
}

/**
 * Whether time and frame of a reading lie where the snapshots of long ago say that it was: it led to one of them, or
 * came between two, less than an interval after the first. Tells a recording that is brought again from a clock that
 * was set back, whose frames go on or begin anew.
 */
function isAmongSnapshots(db: Connection, atMs: number, frame: number, intervalMs: number): boolean {
  const sql = `SELECT round((@at - before.at) * 1000) AS afterMs
    FROM (SELECT timestamp_utc AS at, frame_number AS frame FROM inventory_snapshots
        WHERE timestamp_utc <= @at ORDER BY timestamp_utc DESC, id DESC LIMIT 1) AS before,
      (SELECT frame_number AS frame FROM inventory_snapshots
        WHERE timestamp_utc > @at ORDER BY timestamp_utc, id LIMIT 1) AS following
    WHERE @frame BETWEEN before.frame AND following.frame
      AND EXISTS (SELECT 1 FROM inventory_snapshots WHERE timestamp_utc > @at + ${longAgoSeconds})`;
  const found = prepared(db, sql).get({ at: atMs / 1000, frame }) as { afterMs: number } | undefined;
  return found !== undefined && found.afterMs < intervalMs;
}

function newest(db: Connection): number {
  return (
    (prepared(db, 'SELECT max(id) AS id FROM inventory_readings').get() as { id: number | null }).id ?? 0
  );
}

function hashOfKey(db: Connection, key: string): string | null {
  const sql = 'SELECT counts_hash FROM inventory_readings WHERE reading_key = ? ORDER BY id DESC LIMIT 1';
  return (prepared(db, sql).get(key) as { counts_hash: string } | undefined)?.counts_hash ?? null;
}

function remember(db: Connection, key: string, hash: string): void {
  const sql = 'INSERT INTO inventory_readings (reading_key, counts_hash) VALUES (?, ?)';
  const { lastInsertRowid } = prepared(db, sql).run(key, hash);
  const id = Number(lastInsertRowid);
  if (id % 500 === 0) prepared(db, 'DELETE FROM inventory_readings WHERE id <= ?').run(id - remembered);
}

function hashOf(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha1').update(JSON.stringify(entries)).digest('base64').slice(0, 16);
}
