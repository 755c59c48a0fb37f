import {
  type Connection,
  decodeFrames,
  encodeAfter,
  prepared,
  type SealedGroup,
  type Storage,
  sumsOf,
  writeGroup,
} from '../storage/service.ts';

/** A record within its session and stream, as one text; `table` is '' for division states. */
export function keyInSession(camera: string, table: string, frame: number | string): string {
  return JSON.stringify([camera, table, String(frame)]);
}

/** Records that retention has deleted after they were verified, by keyInSession. */
export interface SealedRecords {
  readonly prints: ReadonlyMap<string, number>;
  /** the newest time of recording among them, store-local text */
  readonly newest: string | null;
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

/**
 * The last sealed frame of each group of a session, as far as known, and how many bytes were sealed then; spares
 * decoding what only grows.
 */
export type LastFrames = Map<string, { readonly frame: number; readonly bytes: number }>;

/** Inside a write transaction: adds records to what is sealed of a session; a key that is there takes the new content. */
export function addSealed(
  db: Connection,
  stream: string,
  sessionId: string,
  groups: readonly SealedGroup[],
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
    const known = lastFrames.get(name);
    // What is brought back from another file may have come in between.
    const last = known?.bytes === blob.length ? known.frame : ([...decodeFrames(blob).keys()].at(-1) ?? null);
    const sorted = [...frames.keys()].sort((a, b) => a - b);
    if (last !== null && (sorted[0] ?? 0) > last) {
      const longer = Buffer.concat([blob, encodeAfter(frames, last)]);
      append(db, stream, sessionId, group, longer, stamp);
      lastFrames.set(name, { frame: sorted.at(-1) ?? last, bytes: longer.length });
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
  { cameraId, tableId, frames }: SealedGroup,
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
