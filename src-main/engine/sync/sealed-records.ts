import { type Connection, prepared, type Storage } from '../storage/service.ts';

const prime = 2147483647n;

/** A record within its session and stream, as one text; `table` is '' for division states. */
export function keyInSession(camera: string, table: string, frame: number | string): string {
  return JSON.stringify([camera, table, String(frame)]);
}

/** Frame number to fingerprint, of one session, camera and table. */
type SealedFrames = ReadonlyMap<number, number>;

/** Records that retention has deleted after they were verified, by keyInSession. */
export interface SealedRecords {
  readonly prints: ReadonlyMap<string, number>;
  /** the newest time of recording among them, store-local text */
  readonly newest: string | null;
}

/**
 * A record takes some six bytes: the distance from the frame before it as a variable-length number, then the
 * fingerprint in four bytes. So it stays known for 90 days which keys the cloud must have, and with what content.
 */
export function encodeFrames(frames: SealedFrames): Buffer {
  return encodeAfter(frames, null);
}

/** Frames that all come after `last`, to be put behind what is encoded already; null where nothing is. */
function encodeAfter(frames: SealedFrames, last: number | null): Buffer {
  const bytes: number[] = [];
  let before = last;
  for (const [frame, print] of [...frames].sort(([a], [b]) => a - b)) {
    // Zigzag, since the first frame may be negative.
    let rest = before === null ? (frame < 0 ? -frame * 2 - 1 : frame * 2) : frame - before;
    while (rest > 127) {
      bytes.push((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    bytes.push(rest, print & 255, (print >>> 8) & 255, (print >>> 16) & 255, (print >>> 24) & 255);
    before = frame;
  }
  return Buffer.from(bytes);
}

export function decodeFrames(blob: Uint8Array | null): Map<number, number> {
  const frames = new Map<number, number>();
  const bytes = Buffer.from(blob ?? []);
  let before = 0;
  for (let at = 0; at < bytes.length; ) {
    let distance = 0;
    let scale = 1;
    for (;;) {
      const byte = bytes[at] ?? 0;
      at += 1;
      distance += (byte % 128) * scale;
      scale *= 128;
      if (byte < 128) break;
    }
    const frame =
      frames.size === 0 ? (distance % 2 === 1 ? -(distance + 1) / 2 : distance / 2) : before + distance;
    frames.set(frame, bytes.readUInt32LE(at));
    at += 4;
    before = frame;
  }
  return frames;
}

/** What of a session is sealed. */
export function readSealed(storage: Storage, stream: string, sessionId: string): SealedRecords {
  const rows = prepared(
    storage.reader,
    'SELECT camera_id, table_id, frames, newest_recorded FROM verified_tallies WHERE stream = ? AND session_id = ?',
  ).all(stream, sessionId) as {
    camera_id: string;
    table_id: string;
    frames: Uint8Array | null;
    newest_recorded: string | null;
  }[];
  const prints = new Map<string, number>();
  let newest: string | null = null;
  for (const row of rows) {
    for (const [frame, print] of decodeFrames(row.frames))
      prints.set(keyInSession(row.camera_id, row.table_id, frame), print);
    if (row.newest_recorded !== null && row.newest_recorded > (newest ?? '')) newest = row.newest_recorded;
  }
  return { prints, newest };
}

interface Group {
  readonly cameraId: string;
  readonly tableId: string;
  readonly frames: SealedFrames;
}

/** The last sealed frame of each group of a session, as far as known; spares decoding what only grows. */
export type LastFrames = Map<string, number | null>;

/** Inside a write transaction: adds records to what is sealed of a session; a key that is there takes the new content. */
export function addSealed(
  db: Connection,
  stream: string,
  sessionId: string,
  groups: readonly Group[],
  stamp: { readonly newest: string | null; readonly at: string },
  lastFrames: LastFrames,
): void {
  const { newest, at } = stamp;
  const read = prepared(
    db,
    'SELECT frames FROM verified_tallies WHERE stream = ? AND session_id = ? AND camera_id = ? AND table_id = ?',
  );
  for (const group of groups) {
    const { cameraId, tableId, frames } = group;
    const name = JSON.stringify([cameraId, tableId]);
    const stored = read.get(stream, sessionId, cameraId, tableId) as
      | { frames: Uint8Array | null }
      | undefined;
    const blob = Buffer.from(stored?.frames ?? []);
    let last = lastFrames.get(name);
    if (last === undefined) last = [...decodeFrames(blob).keys()].at(-1) ?? null;
    const sorted = [...frames.keys()].sort((a, b) => a - b);
    lastFrames.set(name, Math.max(last ?? Number.MIN_SAFE_INTEGER, sorted.at(-1) ?? Number.MIN_SAFE_INTEGER));
    if (last !== null && (sorted[0] ?? 0) > last) {
      append(db, stream, sessionId, group, Buffer.concat([blob, encodeAfter(frames, last)]), stamp);
      continue;
    }
    const all = decodeFrames(blob);
    for (const [frame, print] of frames) all.set(frame, print);
    writeGroup(db, stream, sessionId, { cameraId, tableId, frames: all }, newest, at);
  }
}

function append(
  db: Connection,
  stream: string,
  sessionId: string,
  { cameraId, tableId, frames }: Group,
  blob: Buffer,
  { newest, at }: { readonly newest: string | null; readonly at: string },
): void {
  const { frameSum, printSum } = sumsOf(frames);
  prepared(
    db,
    `UPDATE verified_tallies SET row_count = row_count + ?, frame_sum = frame_sum + CAST(? AS INTEGER),
       fingerprint_sum = fingerprint_sum + CAST(? AS INTEGER), frames = ?, sealed_at = ?,
       newest_recorded = max(COALESCE(newest_recorded, ''), COALESCE(?, ''))
     WHERE stream = ? AND session_id = ? AND camera_id = ? AND table_id = ?`,
  ).run(frames.size, frameSum, printSum, blob, at, newest, stream, sessionId, cameraId, tableId);
}

function sumsOf(frames: SealedFrames): { readonly frameSum: string; readonly printSum: string } {
  let frameSum = 0n;
  let printSum = 0n;
  for (const [frame, print] of frames) {
    frameSum += BigInt(frame) % prime;
    printSum += BigInt(print);
  }
  return { frameSum: String(frameSum), printSum: String(printSum) };
}

/** Inside a write transaction: a group as it is from now on; its sums are those of its records. */
export function writeGroup(
  db: Connection,
  stream: string,
  sessionId: string,
  { cameraId, tableId, frames }: Group,
  newest: string | null,
  at: string,
): void {
  const { frameSum, printSum } = sumsOf(frames);
  prepared(
    db,
    `INSERT INTO verified_tallies (stream, session_id, camera_id, table_id, row_count, frame_sum, fingerprint_sum,
       frames, sealed_at, newest_recorded)
     VALUES (?, ?, ?, ?, ?, CAST(? AS INTEGER), CAST(? AS INTEGER), ?, ?, ?)
     ON CONFLICT (stream, session_id, camera_id, table_id) DO UPDATE SET
       row_count = excluded.row_count, frame_sum = excluded.frame_sum,
       fingerprint_sum = excluded.fingerprint_sum, frames = excluded.frames, sealed_at = excluded.sealed_at,
       newest_recorded = max(COALESCE(newest_recorded, ''), COALESCE(excluded.newest_recorded, ''))`,
  ).run(
    stream,
    sessionId,
    cameraId,
    tableId,
    frames.size,
    frameSum,
    printSum,
    encodeFrames(frames),
    at,
    newest,
  );
}

/** Inside a write transaction: keeps only the count of the tallies that the condition names. */
export function foldInto(
  db: Connection,
  stream: string,
  condition: string,
  parameters: readonly unknown[],
  at: string,
): void {
  const sql = `SELECT COALESCE(sum(row_count), 0) AS n FROM verified_tallies WHERE stream = ? AND session_id <> '' AND ${condition}`;
  const { n } = prepared(db, sql).get(stream, ...parameters) as { n: number };
  if (n === 0) return;
  prepared(
    db,
    `INSERT INTO verified_tallies (stream, session_id, camera_id, table_id, row_count, frame_sum, fingerprint_sum, sealed_at)
     VALUES (?, '', '', '', ?, 0, 0, ?)
     ON CONFLICT (stream, session_id, camera_id, table_id) DO UPDATE SET row_count = row_count + excluded.row_count`,
  ).run(stream, n, at);
  prepared(db, `DELETE FROM verified_tallies WHERE stream = ? AND session_id <> '' AND ${condition}`).run(
    stream,
    ...parameters,
  );
}
