import type { ErrorSummary } from '../../contract/report-shapes.ts';
import { prepared, readSetting, type Storage } from '../storage/service.ts';
import { listErrors } from './list-errors.ts';
import { countUnseen, readSeenLines } from './seen-lines.ts';

/** What needs a person; worked out anew only when something of it has changed. */
export type SummarizeErrors = () => Promise<ErrorSummary>;

export function createErrorSummary(storage: Storage, now: () => Date): SummarizeErrors {
  let last: { readonly mark: string; readonly summary: Promise<ErrorSummary> } | null = null;
  return () => {
    const { mark, ...facts } = readFacts(storage);
    if (last?.mark !== mark) {
      const summary = summarize(storage, now(), facts);
      last = { mark, summary };
      summary.catch(() => {
        if (last?.summary === summary) last = null;
      });
    }
    return last.summary;
  };
}

type Facts = Omit<ErrorSummary, 'needPerson' | 'refusedLines'>;

/** Cheap: the newest of each table, and the open entries by a partial index. */
function readFacts(storage: Storage): Facts & { readonly mark: string } {
  const sql = `SELECT (SELECT max(id) FROM sync_quarantine) AS newestQuarantineId,
    (SELECT count(*) FROM sync_quarantine WHERE resolution = 'open') AS quarantined,
    (SELECT max(id) FROM rejected_lines) AS newestLineId, (SELECT max(sync_id) FROM sync_status) AS newestRunId,
    (SELECT status FROM sync_status ORDER BY sync_id DESC LIMIT 1) AS newestStatus`;
  const { newestStatus, ...facts } = prepared(storage.reader, sql).get() as Facts & {
    readonly newestStatus: string | null;
  };
  const seen = readSetting(storage.reader, 'seen_lines');
  return { ...facts, mark: JSON.stringify([facts, newestStatus, seen]) };
}

async function summarize(storage: Storage, now: Date, facts: Facts): Promise<ErrorSummary> {
  const [errors, unseen] = await Promise.all([
    listErrors(storage, now, false),
    countUnseen(storage, readSeenLines(storage)),
  ]);
  return {
    ...facts,
    needPerson: errors.filter((error) => error.needsPerson).length,
    refusedLines: [...unseen.values()].reduce((sum, count) => sum + count, 0),
  };
}
