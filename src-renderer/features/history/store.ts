import { createStore, type StoreApi } from 'zustand';
import type { Client } from '../../../src-main/contract/client.ts';
import type { DesktopClient } from '../../../src-main/contract/desktop-client.ts';
import { type Fault, toFault } from '../../../src-main/contract/errors.ts';
import type { RunDetails, RunSummary } from '../../../src-main/contract/history-shapes.ts';
import type { QuarantinePage } from '../../../src-main/contract/quarantine-shapes.ts';
import type { RunStatistics } from '../../../src-main/contract/report-shapes.ts';
import { createPageReader, type PagedList } from '../../console/paged-list.ts';
import type { RunFilter } from './filter.ts';

/** A run that is looked at. */
export interface OpenRun {
  readonly runId: number;
  /** null while it is being read */
  readonly run: RunDetails | null;
  /** records it set aside, the newest 500 */
  readonly setAside: QuarantinePage | null;
  readonly fault: Fault | null;
}

export interface HistoryState {
  readonly filter: RunFilter;
  readonly runs: PagedList<RunSummary>;
  /** newer runs that are not shown yet, so that the rows someone reads do not move */
  readonly arrived: number;
  /** grows when the list begins anew at its top */
  readonly listing: number;
  readonly days: number;
  readonly statistics: RunStatistics | null;
  readonly open: OpenRun | null;
  readonly fault: Fault | null;
  readonly exporting: boolean;
  /** where the last export went */
  readonly exported: string | null;
  /** Takes a snapshot, then follows the engine until the returned function is called. */
  follow(): () => void;
  select(filter: RunFilter): void;
  /** rows that come into sight */
  need(first: number, last: number): void;
  showArrived(): void;
  showDays(days: number): void;
  openRun(runId: number | null): void;
  exportRuns(format: 'csv' | 'json'): Promise<void>;
  dismiss(): void;
}

export type HistoryStore = StoreApi<HistoryState>;

const mostExported = 10_000;
const allRuns: RunFilter = {};

/** The state of the History view. */
export function createHistoryStore(engine: Client, desktop: DesktopClient): HistoryStore {
  return createStore<HistoryState>()((set, get) => {
    let atTop = true;
    const fail = (error: unknown): void => set({ fault: toFault(error) });
    let reader = readerOf(allRuns);

    function readerOf(filter: RunFilter) {
      return createPageReader<RunSummary>({
        read: async (after, limit) => {
          const beforeRunId = after?.runId ?? null;
          const { runs, total } = await engine.call('history.page', { ...filter, beforeRunId, limit });
          return { items: runs, total };
        },
        tell: (runs) => {
          if (filter === get().filter) set({ runs, arrived: 0, fault: null });
        },
        fail,
      });
    }

    async function readStatistics(): Promise<void> {
      try {
        set({ statistics: await engine.call('history.statistics', { days: get().days }), fault: null });
      } catch (error) {
        fail(error);
      }
    }

    /** A run began or ended: at the top of the list it is shown, further down it is only counted. */
    async function lookForRuns(): Promise<void> {
      const newest = get().runs.items[0]?.runId ?? 0;
      if (atTop || newest === 0) return await reader.refresh();
      try {
        const page = await engine.call('history.page', { ...get().filter, limit: 100 });
        set({ arrived: page.runs.filter((run) => (run.runId ?? 0) > newest).length });
      } catch (error) {
        fail(error);
      }
    }

    async function readRun(runId: number): Promise<void> {
      const isOpen = (): boolean => get().open?.runId === runId;
      try {
        const [run, setAside] = await Promise.all([
          engine.call('history.run', { runId }),
          engine.call('quarantine.page', { runId, resolved: true, limit: 500 }),
        ]);
        if (isOpen()) set({ open: { runId, run, setAside, fault: null } });
      } catch (error) {
        if (isOpen()) set({ open: { runId, run: null, setAside: null, fault: toFault(error) } });
      }
    }

    function refresh(): void {
      void lookForRuns();
      void readStatistics();
      const open = get().open;
      if (open) void readRun(open.runId);
    }

    return {
      filter: allRuns,
      runs: { items: [], total: null },
      arrived: 0,
      listing: 0,
      days: 30,
      statistics: null,
      open: null,
      fault: null,
      exporting: false,
      exported: null,
      follow() {
        const ends = [
          engine.subscribe('errors.changed', refresh),
          desktop.subscribe('desktop.engineChanged', ({ state }) => {
            if (state === 'running') refresh();
          }),
        ];
        refresh();
        return () => {
          for (const end of ends) end();
        };
      },
      select(filter) {
        if (JSON.stringify(filter) === JSON.stringify(get().filter)) return;
        atTop = true;
        set({ filter, runs: { items: [], total: null }, arrived: 0, listing: get().listing + 1 });
        reader = readerOf(filter);
        void reader.refresh();
      },
      need(first, last) {
        atTop = first === 0;
        reader.need(last);
      },
      showArrived() {
        atTop = true;
        set({ listing: get().listing + 1, arrived: 0 });
        void reader.refresh();
      },
      showDays(days) {
        set({ days });
        void readStatistics();
      },
      openRun(runId) {
        if (runId === (get().open?.runId ?? null)) return;
        set({ open: runId === null ? null : { runId, run: null, setAside: null, fault: null } });
        if (runId !== null) void readRun(runId);
      },
      async exportRuns(format) {
        set({ exporting: true, exported: null });
        try {
          const selection = { ...get().filter, limit: mostExported };
          const { path } = await desktop.call('desktop.exportHistory', { format, selection });
          set({ exported: path });
        } catch (error) {
          fail(error);
        } finally {
          set({ exporting: false });
        }
      },
      dismiss: () => set({ fault: null, exported: null }),
    };
  });
}
