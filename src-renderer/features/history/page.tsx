import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useEngine, useFormats, useRoute } from '../../console/console-context.tsx';
import { openRoute } from '../../console/route.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState, Loading } from '../../ui/empty-state.tsx';
import { FaultNotice, Notice } from '../../ui/notice.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { useNow } from '../../ui/use-now.ts';
import { ChartPanel } from './chart-panel.tsx';
import { filterParameters, type RunFilter, readFilter } from './filter.ts';
import { FilterBar } from './filter-bar.tsx';
import { RunDialog } from './run-dialog.tsx';
import { RunTable } from './run-table.tsx';
import type { HistoryStore } from './store.ts';
import './history.css';

/** History: how the last days went, every run, and the way down to its batches. */
export default function HistoryPage({ store }: { readonly store: HistoryStore }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useNow(60_000);
  const parameters = useRoute((route) => route.parameters);
  const view = useStore(store);
  const engineGone = useEngine((state) => state.fault !== null);
  useEffect(() => store.getState().follow(), [store]);
  useEffect(() => {
    store.getState().select(readFilter(parameters));
    store.getState().openRun(Number(parameters.run) > 0 ? Number(parameters.run) : null);
  }, [store, parameters]);

  const { filter, runs, statistics, arrived } = view;
  const show = (next: RunFilter): void => openRoute('history', filterParameters(next));
  const open = (runId: number): void =>
    openRoute('history', { ...filterParameters(filter), run: String(runId) });
  const isRestricted = Object.keys(filter).length > 0;
  const isEmpty = runs.total === 0 && !isRestricted;
  return (
    <div className="page history">
      <PageHead
        title={t('navigation.history')}
        lead={statistics && statistics.runs > 0 ? <Lead store={store} /> : undefined}
        actions={(['csv', 'json'] as const).map((format) => (
          <Button
            key={format}
            isDisabled={engineGone || runs.total === 0}
            isPending={view.exporting}
            onPress={() => void view.exportRuns(format)}
          >
            {t(`historyPage.export.${format}`)}
          </Button>
        ))}
      />
      {view.fault && view.fault.code !== 'unavailable' && (
        <FaultNotice fault={view.fault} onDismiss={view.dismiss} testId="history-fault" />
      )}
      {view.exported && (
        <Notice tone="safe" title={t('historyPage.export.done')} onDismiss={view.dismiss} testId="exported">
          <p className="engine-words">{view.exported}</p>
        </Notice>
      )}
      {isEmpty ? (
        <EmptyState title={t('historyPage.empty.title')} testId="history-empty">
          {t('historyPage.empty.text')}
        </EmptyState>
      ) : (
        <>
          <ChartPanel
            statistics={statistics}
            days={view.days}
            formats={formats}
            onDays={view.showDays}
            onDay={(day) => show({ ...filter, day })}
          />
          <FilterBar filter={filter} onFilter={show} />
          <div className="run-list">
            <div className="run-list-head">
              <p className="quiet-text" role="status">
                {runs.total === null
                  ? t('common.loading')
                  : t('historyPage.list.total', { count: runs.total })}
              </p>
              {arrived > 0 && (
                <Button onPress={view.showArrived} data-testid="arrived">
                  {t('historyPage.list.arrived', { count: arrived })}
                </Button>
              )}
            </div>
            {runs.total === null && <Loading label={t('common.loading')} />}
            {runs.total === 0 && (
              <EmptyState
                title={t('historyPage.noMatch.title')}
                testId="history-no-match"
                actions={<Button onPress={() => show({})}>{t('historyPage.filter.clear')}</Button>}
              >
                {t('historyPage.noMatch.text')}
              </EmptyState>
            )}
            {(runs.total ?? 0) > 0 && (
              <RunTable
                key={view.listing}
                runs={runs}
                openRunId={view.open?.runId ?? null}
                formats={formats}
                now={now}
                onNeed={view.need}
                onOpen={open}
              />
            )}
          </div>
        </>
      )}
      <RunDialog open={view.open} formats={formats} onClose={() => show(filter)} />
    </div>
  );
}

/** The figures of the chosen days in one sentence. */
function Lead({ store }: { readonly store: HistoryStore }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const statistics = useStore(store, (state) => state.statistics);
  if (statistics === null) return null;
  const { runs, days, successRate, meanDurationMs } = statistics;
  return t(meanDurationMs === null ? 'historyPage.lead.short' : 'historyPage.lead.full', {
    count: runs,
    days: formats.number(days),
    good: formats.number(Math.round((successRate ?? 0) * runs)),
    mean: formats.duration(meanDurationMs ?? 0),
  });
}
