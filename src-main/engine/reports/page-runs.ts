import type { RunPage, RunPageSelection } from '../../contract/history-shapes.ts';
import type { Storage } from '../storage/service.ts';
import { type RunRow, summaryOf } from '../sync/service.ts';
import { conditionsOf } from './read-runs.ts';

/** A page of runs, newest first, and how many match on all pages; beside the engine's own thread. */
export async function pageRuns(
  storage: Storage,
  { beforeRunId, limit, ...selection }: RunPageSelection,
): Promise<RunPage> {
  const { conditions, parameters } = conditionsOf(storage, selection);
  const whole = conditions.length === 0 ? 'TRUE' : conditions.join(' AND ');
  const [counted, rows] = await Promise.all([
    storage.background.all<{ n: number }>(`SELECT count(*) AS n FROM sync_status WHERE ${whole}`, parameters),
    storage.background.all<RunRow>(
      `SELECT * FROM sync_status WHERE ${whole} AND sync_id < ? ORDER BY sync_id DESC LIMIT ?`,
      [...parameters, beforeRunId ?? Number.MAX_SAFE_INTEGER, limit],
    ),
  ]);
  return { runs: rows.map(summaryOf), total: counted[0]?.n ?? 0 };
}
