import { z } from 'zod';
import { readSetting, type Storage, writeSetting } from '../storage/service.ts';

const seenLines = z.record(z.string(), z.object({ id: z.int(), at: z.string() }));

/** By code: the newest refused line that a person has seen, and when that was said (ISO). */
export type SeenLines = Readonly<z.infer<typeof seenLines>>;

export function readSeenLines(storage: Storage): SeenLines {
  try {
    return seenLines.parse(JSON.parse(readSetting(storage.reader, 'seen_lines') ?? '{}'));
  } catch {
    return {};
  }
}

export function hasSeen(seen: SeenLines, code: string, id: number): boolean {
  return Object.hasOwn(seen, code) && id <= (seen[code]?.id ?? 0);
}

/** Remembers that the refused lines (with this code) that are there now were seen; says how many were not before. */
export async function acknowledgeLines(
  storage: Storage,
  code: string | undefined,
  now: Date,
): Promise<number> {
  const seen = readSeenLines(storage);
  const rows = await storage.background.all<{ code: string; newest: number }>(
    `SELECT COALESCE(NULLIF(code, ''), 'unknown') AS code, max(id) AS newest FROM rejected_lines GROUP BY 1`,
  );
  const meant = rows.filter((row) => code === undefined || row.code === code);
  const fresh = meant.filter((row) => !hasSeen(seen, row.code, row.newest));
  if (fresh.length === 0) return 0;
  const unseen = await countUnseen(storage, seen);
  const entries = fresh.map((row) => [row.code, { id: row.newest, at: now.toISOString() }] as const);
  await storage.transaction((db) =>
    writeSetting(db, 'seen_lines', JSON.stringify({ ...seen, ...Object.fromEntries(entries) })),
  );
  return fresh.reduce((sum, row) => sum + (unseen.get(row.code) ?? 0), 0);
}

/** Refused lines that nobody has seen, by code. */
async function countUnseen(storage: Storage, seen: SeenLines): Promise<ReadonlyMap<string, number>> {
  const rows = await storage.background.all<{ code: string; n: number }>(
    `SELECT COALESCE(NULLIF(r.code, ''), 'unknown') AS code, count(*) AS n FROM rejected_lines r
     LEFT JOIN json_each(?) s ON s.key = COALESCE(NULLIF(r.code, ''), 'unknown')
     WHERE r.id > COALESCE(s.value ->> 'id', 0) GROUP BY 1`,
    [JSON.stringify(seen)],
  );
  return new Map(rows.map((row) => [row.code, row.n]));
}
