import type { ErrorEntry, ErrorSummary } from '../../contract/report-shapes.ts';
import { prepared, readSetting, type Storage } from '../storage/service.ts';
import { listNotTaken, listRunErrors } from './list-errors.ts';

/** What needs a person; each part is worked out anew only when something of it has changed. */
export type SummarizeErrors = () => Promise<ErrorSummary>;

export function createErrorSummary(storage: Storage, now: () => Date): SummarizeErrors {
  const runs = remember(() => listRunErrors(storage, now(), 1));
  const notTaken = remember(() => listNotTaken(storage, now(), 1));
  return async () => {
    const facts = readFacts(storage);
    const { newestRunId, newestRunStatus, ...others } = facts;
    const [ofRuns, ofOthers] = await Promise.all([
      runs(JSON.stringify([newestRunId, newestRunStatus])),
      notTaken(JSON.stringify([others, readSetting(storage.reader, 'seen_lines')])),
    ]);
    const lines = ofOthers.filter((error) => error.unit === 'lines' && !error.resolved);
    return {
      ...facts,
      needPerson: [...ofRuns, ...ofOthers].filter((error) => error.needsPerson).length,
      refusedLines: lines.reduce((sum, error) => sum + error.count, 0),
    };
  };
}

/** The last answer for as long as the mark stays the same. */
function remember(
  read: () => Promise<readonly ErrorEntry[]>,
): (mark: string) => Promise<readonly ErrorEntry[]> {
  let last: { readonly mark: string; readonly errors: Promise<readonly ErrorEntry[]> } | null = null;
  return (mark) => {
    if (last?.mark === mark) return last.errors;
    const errors = read();
    last = { mark, errors };
    errors.catch(() => {
      if (last?.errors === errors) last = null;
    });
    return errors;
  };
}

type Facts = Omit<ErrorSummary, 'needPerson' | 'refusedLines'>;

/** Cheap: the newest of each table, and the open entries by a partial index. */
function readFacts(storage: Storage): Facts {
  const sql = `SELECT (SELECT max(id) FROM sync_quarantine) AS newestQuarantineId,
    (SELECT count(*) FROM sync_quarantine WHERE resolution = 'open') AS quarantined,
    (SELECT max(id) FROM rejected_lines) AS newestLineId, (SELECT max(sync_id) FROM sync_status) AS newestRunId,
    (SELECT status FROM sync_status ORDER BY sync_id DESC LIMIT 1) AS newestRunStatus`;
  return prepared(storage.reader, sql).get() as Facts;
}
