import { fromUtcText, type Storage, utcText } from '../storage/service.ts';

/** What runs did with the streams since records were captured. */
export interface RunsSince {
  /** the first run of the stream that ended at this instant or later and sent records; null where there is none */
  carrying(stream: string, captured: Date | null): number | null;
  /** whether any run of the stream has ended since */
  any(stream: string, captured: Date | null): boolean;
}

interface EndedRun {
  readonly stream: string;
  readonly id: number;
  /** UTC text */
  readonly ended: string;
  readonly records: number;
}

/** Reads the runs since the earliest instant that will be asked for; null where none will. */
export async function readRunsSince(storage: Storage, earliest: Date | null): Promise<RunsSince> {
  const sql = `SELECT h.sync_type AS stream, r.sync_id AS id, r.finished_at AS ended,
      COALESCE(h.records_processed, 0) AS records
    FROM sync_status r JOIN sync_history h ON h.run_id = r.sync_id
    WHERE r.finished_at >= ? ORDER BY r.sync_id`;
  const runs = earliest === null ? [] : await storage.background.all<EndedRun>(sql, [utcText(earliest)]);
  const byStream = Map.groupBy(runs, (run) => run.stream);
  const since = (stream: string, captured: Date | null): readonly EndedRun[] => {
    if (captured === null) return [];
    const from = utcText(captured);
    return byStream.get(stream)?.filter((run) => run.ended >= from) ?? [];
  };
  return {
    carrying: (stream, captured) => since(stream, captured).find((run) => run.records > 0)?.id ?? null,
    any: (stream, captured) => since(stream, captured).length > 0,
  };
}

/** `created_at` of any writer as an instant. */
export function capturedAt(createdAt: unknown): Date | null {
  return typeof createdAt === 'string' ? fromUtcText(createdAt) : null;
}
