import type { Client } from '../../../contract/client.ts';
import { type RunResult, runStatus, streamNames, syncMode } from '../../../contract/run-shapes.ts';
import { counter, type Family, type Sample } from './exposition.ts';

/** Counts runs as they end. */
export interface RunTally {
  families(): readonly Family[];
  close(): void;
}

const outcomes = ['sent', 'duplicates', 'quarantined', 'failed'] as const;

/** Every pair is there from the start with 0, so that the first one counts as an increase. */
export function createRunTally(client: Client): RunTally {
  const runs = countersOf(
    syncMode.options.flatMap((mode) =>
      runStatus.options.filter((status) => status !== 'running').map((status) => ({ mode, status })),
    ),
  );
  const records = countersOf(
    streamNames.flatMap((stream) => outcomes.map((outcome) => ({ stream, outcome }))),
  );

  function add({ mode, status, dryRun, streams }: RunResult): void {
    if (dryRun) return;
    runs.add({ mode, status }, 1);
    for (const one of streams)
      for (const outcome of outcomes) records.add({ stream: one.stream, outcome }, one[outcome]);
  }

  const end = client.subscribe('sync.progress', ({ phase, result }) => {
    if (phase === 'finished' && result !== null) add(result);
  });
  return {
    families: () => [
      counter('backhaul_sync_runs_total', 'Runs that ended, by mode and outcome.', runs.samples()),
      counter(
        'backhaul_sync_records_total',
        'Records of ended runs by what became of them: sent, already there, set aside, left for the next run.',
        records.samples(),
      ),
    ],
    close: end,
  };
}

type Labels = Readonly<Record<string, string>>;

function countersOf(known: readonly Labels[]) {
  const counts = new Map(known.map((labels) => [JSON.stringify(labels), 0]));
  return {
    add(labels: Labels, by: number): void {
      const key = JSON.stringify(labels);
      counts.set(key, (counts.get(key) ?? 0) + by);
    },
    samples: (): readonly Sample[] =>
      [...counts].map(([key, value]) => ({ labels: JSON.parse(key) as Labels, value })),
  };
}
