import type { LinePage, LinePageSelection, RefusedLine } from '../../contract/line-shapes.ts';
import type { Storage } from '../storage/service.ts';
import { hasSeen, readSeenLines, type SeenLines } from './seen-lines.ts';

const shownBytes = 2000;

/** Lines of the bridge that were refused, newest first, with their beginning as text that is safe to show. */
export async function pageLines(
  storage: Storage,
  { code, beforeId, limit }: LinePageSelection,
): Promise<LinePage> {
  const condition = code === undefined ? 'TRUE' : `COALESCE(NULLIF(code, ''), 'unknown') = ?`;
  const parameters = code === undefined ? [] : [code];
  const [counted, rows] = await Promise.all([
    storage.background.all<{ n: number }>(
      `SELECT count(*) AS n FROM rejected_lines WHERE ${condition}`,
      parameters,
    ),
    storage.background.all<LineRow>(
      `SELECT id, received_at, source, code, message, CAST(substr(CAST(line AS BLOB), 1, ${shownBytes}) AS BLOB) AS head,
         COALESCE(length(CAST(line AS BLOB)), 0) AS bytes
       FROM rejected_lines WHERE ${condition} AND id < ? ORDER BY id DESC LIMIT ?`,
      [...parameters, beforeId ?? Number.MAX_SAFE_INTEGER, limit],
    ),
  ]);
  const seen = readSeenLines(storage);
  return { lines: rows.map((row) => toLine(row, seen)), total: counted[0]?.n ?? 0 };
}

interface LineRow {
  readonly id: number;
  readonly received_at: string | null;
  readonly source: string | null;
  readonly code: string | null;
  readonly message: string | null;
  readonly head: Uint8Array | null;
  readonly bytes: number;
}

function toLine(row: LineRow, seen: SeenLines): RefusedLine {
  const code = row.code === null || row.code === '' ? 'unknown' : row.code;
  return {
    id: row.id,
    receivedAt: row.received_at,
    source: row.source,
    text: readable(row.head ?? new Uint8Array()),
    truncated: row.bytes > shownBytes,
    bytes: row.bytes,
    code,
    message: row.message ?? '',
    acknowledged: hasSeen(seen, code, row.id),
  };
}

/** What is no text, or would not be seen, is written as \xNN of its bytes. */
function readable(bytes: Uint8Array): string {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  if (!/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\uFFFD]/u.test(text)) return text;
  let shown = '';
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    const piece = bytes.subarray(at, at + length);
    const character = length === 0 ? '' : new TextDecoder('utf-8', { ignoreBOM: true }).decode(piece);
    const isPlain = character !== '' && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\uFFFD]/u.test(character);
    shown += isPlain ? character : hex(length === 0 ? bytes.subarray(at, at + 1) : piece);
    at += Math.max(1, length);
  }
  return shown;
}

/** Bytes of the character that begins here; 0 where none does. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  const length = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  for (let next = at + 1; next < at + length; next += 1) if (((bytes[next] ?? 0) & 0xc0) !== 0x80) return 0;
  return length;
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}
