import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { RunSummary } from '../../../src-main/contract/history-shapes.ts';
import type { PagedList } from '../../console/paged-list.ts';
import { type Formats, readInstant } from '../../ui/formats.ts';
import { type Column, VirtualTable } from '../../ui/virtual-table.tsx';
import { RunChip } from '../run/run-chip.tsx';

interface RunTableProps {
  readonly runs: PagedList<RunSummary>;
  readonly openRunId: number | null;
  readonly formats: Formats;
  readonly now: Date;
  readonly onNeed: (first: number, last: number) => void;
  readonly onOpen: (runId: number) => void;
}

/** All runs that match, newest first; the row in focus opens its run. */
export function RunTable({ runs, openRunId, formats, now, onNeed, onOpen }: RunTableProps) {
  const { t } = useTranslation();
  const columns = useColumns(formats, now);
  const rowAt = useCallback((index: number) => runs.items[index], [runs]);
  return (
    <VirtualTable
      label={t('historyPage.list.label')}
      columns={columns}
      total={runs.total ?? 0}
      rowAt={rowAt}
      onNeed={onNeed}
      onOpen={(run) => run.runId !== null && onOpen(run.runId)}
      isCurrent={(run) => run.runId === openRunId}
      testId="run-table"
    />
  );
}

function useColumns(formats: Formats, now: Date): readonly Column<RunSummary>[] {
  const { t } = useTranslation();
  // Ages are not shown, so a day's change is all that needs new cells.
  const today = formats.dayOf(now);
  return useMemo(() => {
    const counts = ['sent', 'duplicates', 'quarantined', 'failed'] as const;
    return [
      {
        id: 'when',
        header: t('historyPage.list.when'),
        width: 'minmax(8rem, 1.2fr)',
        cell: (run) => moment(run, formats, today),
      },
      {
        id: 'result',
        header: t('historyPage.list.result'),
        width: 'minmax(10.5rem, 1.2fr)',
        cell: (run) => <RunChip run={run} />,
      },
      {
        id: 'kind',
        header: t('historyPage.list.kind'),
        width: 'minmax(10rem, 1.6fr)',
        cell: (run) =>
          t('lastRun.kind', { mode: t(`runMode.${run.mode}`), trigger: t(`runTrigger.${run.trigger}`) }),
      },
      ...counts.map((name) => ({
        id: name,
        header: t(`runCounts.${name}`),
        width: 'minmax(6.5rem, 0.8fr)',
        align: 'end' as const,
        cell: (run: RunSummary) => formats.number(run[name]),
      })),
      {
        id: 'took',
        header: t('runCounts.took'),
        width: 'minmax(6.5rem, 0.8fr)',
        align: 'end',
        cell: (run) => (run.status === 'running' ? '–' : formats.duration(run.durationMs)),
      },
    ];
  }, [t, formats, today]);
}

function moment(run: RunSummary, formats: Formats, today: string): string {
  const started = readInstant(run.startedAt ?? '');
  return started === null ? '–' : formats.moment(started, new Date(`${today}T12:00:00Z`));
}
