import type { FileHandle } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Port } from '../contract/client.ts';
import { contract } from '../contract/contract.ts';
import { csvLine } from '../contract/csv.ts';
import { fromFault } from '../contract/errors.ts';
import type { RunSummary } from '../contract/history-shapes.ts';
import type { RunSelection } from '../contract/report-shapes.ts';
import { writeDownload } from '../engine/files/write-download.ts';

export type HistoryFormat = 'csv' | 'json';

const columns = [
  'runId',
  'startedAt',
  'status',
  'mode',
  'trigger',
  'planned',
  'sent',
  'duplicates',
  'quarantined',
  'failed',
  'stranded',
  'deleted',
  'verified',
  'durationMs',
  'errorGroup',
  'errorCode',
  'error',
] as const satisfies readonly (keyof RunSummary)[];

/** So small that a page is read, checked and written in a few milliseconds. */
const pageSize = 250;

/** Writes the runs that are selected, newest first, a page at a time. Faults: storage, unavailable. */
export async function exportHistory(
  engine: Port,
  path: string,
  format: HistoryFormat,
  selection: RunSelection,
): Promise<void> {
  await writeDownload(path, async (file) => {
    const write = format === 'csv' ? writeCsv : writeJson;
    await write(file, pages(engine, selection));
  });
}

async function* pages(
  engine: Port,
  { limit, ...filters }: RunSelection,
): AsyncGenerator<readonly RunSummary[]> {
  let left = limit;
  let beforeRunId: number | null = null;
  while (left > 0) {
    const input = { ...filters, beforeRunId, limit: Math.min(left, pageSize) };
    const answer = await engine.call('history.page', input);
    if (!answer.ok) throw fromFault(answer.fault);
    const { runs } = contract['history.page'].output.parse(answer.value);
    if (runs.length > 0) yield runs;
    beforeRunId = runs.at(-1)?.runId ?? null;
    if (runs.length < input.limit || beforeRunId === null) return;
    left -= runs.length;
    await nextTurn();
  }
}

async function writeCsv(file: FileHandle, runs: AsyncIterable<readonly RunSummary[]>): Promise<void> {
  await file.write(csvLine(columns));
  for await (const page of runs) {
    await file.write(page.map((run) => csvLine(columns.map((column) => run[column]))).join(''));
  }
}

async function writeJson(file: FileHandle, runs: AsyncIterable<readonly RunSummary[]>): Promise<void> {
  let separator = '[\n';
  for await (const page of runs) {
    await file.write(separator + page.map((run) => JSON.stringify(run)).join(',\n'));
    separator = ',\n';
  }
  await file.write(separator === '[\n' ? '[]\n' : '\n]\n');
}
