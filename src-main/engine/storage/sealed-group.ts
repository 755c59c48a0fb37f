import type { Database } from 'better-sqlite3';
import { prepared } from './prepared.ts';

const prime = 2147483647n;

/** Frame number to fingerprint, of one session, camera and table; of a log's hour the number of a record instead. */
export type SealedFrames = ReadonlyMap<number, number>;

/**
 * A record takes some six bytes: the distance from the frame before it as a variable-length number, then the
 * fingerprint in four bytes. So it stays known for 90 days which keys the cloud must have, and with what content.
 */
export function encodeFrames(frames: SealedFrames): Buffer {
  return encodeAfter(frames, null);
}

/** Frames that all come after `last`, to be put behind what is encoded already; null where nothing is. */
export function encodeAfter(frames: SealedFrames, last: number | null): Buffer {
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

/** A row of `verified_tallies`. */
export interface SealedGroup {
  readonly cameraId: string;
  readonly tableId: string;
  readonly frames: SealedFrames;
}

/** The sums that stand beside the records, as text since they may pass 2^53. */
export function sumsOf(frames: SealedFrames): { readonly frameSum: string; readonly printSum: string } {
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
  db: Database,
  stream: string,
  sessionId: string,
  { cameraId, tableId, frames }: SealedGroup,
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
