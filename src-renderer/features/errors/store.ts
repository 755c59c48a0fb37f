import { createStore, type StoreApi } from 'zustand';
import type { Client } from '../../../src-main/contract/client.ts';
import type { DesktopClient } from '../../../src-main/contract/desktop-client.ts';
import { type Fault, toFault } from '../../../src-main/contract/errors.ts';
import type { HealthReport } from '../../../src-main/contract/health-shapes.ts';
import type { RefusedLine } from '../../../src-main/contract/line-shapes.ts';
import type { QuarantinePageEntry } from '../../../src-main/contract/quarantine-shapes.ts';
import type { ErrorEntry, ErrorSummary } from '../../../src-main/contract/report-shapes.ts';
import type { RunResult } from '../../../src-main/contract/run-shapes.ts';
import type { PagedList } from '../../console/paged-list.ts';
import { checksThatNeed } from './cause-words.ts';
import type { Chosen } from './chosen.ts';
import { createListBook } from './list-book.ts';
import type { OpenEntry } from './open-entry.ts';
import { isUnderWay, type Outcome, outcomeAfter } from './outcome.ts';

export interface ErrorsState {
  /** how many things need a person; told for as long as the console is open */
  readonly openCount: number;
  readonly summary: ErrorSummary | null;
  readonly health: HealthReport | null;
  /** null until they were read once */
  readonly errors: readonly ErrorEntry[] | null;
  /** by code */
  readonly records: Readonly<Record<string, PagedList<QuarantinePageEntry>>>;
  readonly lines: Readonly<Record<string, PagedList<RefusedLine>>>;
  readonly open: OpenEntry | null;
  readonly busy: boolean;
  readonly outcome: Outcome | null;
  readonly fault: Fault | null;
  /** Counts what needs a person until the returned function is called. */
  watch(): () => void;
  /** Takes a snapshot for the view, then follows the engine until the returned function is called. */
  follow(): () => void;
  needRecords(code: string, place: number): void;
  needLines(code: string, place: number): void;
  openEntry(id: number | null): void;
  readFields(): Promise<void>;
  retry(chosen: Chosen): Promise<void>;
  discard(chosen: Chosen): Promise<void>;
  edit(id: number, values: Readonly<Record<string, string | number | null>>): Promise<boolean>;
  acknowledge(code: string): Promise<void>;
  /** a person has taken note of the damaged files that were set aside */
  acknowledgeDamage(): Promise<void>;
  dismiss(): void;
}

export type ErrorsStore = StoreApi<ErrorsState>;

/** Causes that were solved longer ago than this are not listed. */
export const solvedDays = 7;

/** The state of the Errors view, and the number beside its name. */
export function createErrorsStore(engine: Client, desktop: DesktopClient): ErrorsStore {
  return createStore<ErrorsState>()((set, get) => {
    let followers = 0;
    const fail = (error: unknown): void => set({ fault: toFault(error) });

    const records = createListBook<QuarantinePageEntry>(
      async (code, after, limit) => {
        const beforeId = after?.id ?? null;
        const { entries, total } = await engine.call('quarantine.page', { code, beforeId, limit });
        return { items: entries, total };
      },
      (lists) => set({ records: lists }),
      fail,
    );
    const lines = createListBook<RefusedLine>(
      async (code, after, limit) => {
        const beforeId = after?.id ?? null;
        const page = await engine.call('lines.page', { code, beforeId, limit });
        return { items: page.lines, total: page.total };
      },
      (lists) => set({ lines: lists }),
      fail,
      200,
    );

    function count({ summary, health }: Pick<ErrorsState, 'summary' | 'health'>): void {
      const causes = summary?.needPerson ?? 0;
      set({ summary, health, openCount: causes + checksThatNeed(health, causes > 0).length });
    }

    async function readErrors(): Promise<void> {
      try {
        const errors = await engine.call('errors.list', { days: solvedDays });
        set({ errors, fault: null });
        const open = (unit: ErrorEntry['unit']): string[] =>
          errors.filter((error) => error.unit === unit && !error.resolved).map((error) => error.code);
        await Promise.all([records.refresh(open('records')), lines.refresh(open('lines'))]);
      } catch (error) {
        fail(error);
      }
    }

    /** What has changed for the errors may have mended a check, of which the engine tells only now and then. */
    async function readHealth(): Promise<void> {
      try {
        const health = await engine.call('health.get', {});
        count({ summary: get().summary, health });
      } catch {
        // The frame says that the engine is away; what is known stays.
      }
    }

    async function snapshot(): Promise<void> {
      try {
        const [summary, health] = await Promise.all([
          engine.call('errors.summary', {}),
          engine.call('health.get', {}),
        ]);
        count({ summary, health });
      } catch {
        // The frame says that the engine is away; what is known stays.
      }
      if (followers > 0) await readErrors();
    }

    /** One action at a time; what came of it is told, then the list is read anew. */
    async function act(work: () => Promise<Omit<Outcome, 'at'> | null>): Promise<boolean> {
      if (get().busy) return false;
      const at = Date.now();
      set({ busy: true, outcome: null, fault: null });
      try {
        const done = await work();
        set({ outcome: done && { ...done, at } });
        await snapshot();
        return true;
      } catch (error) {
        fail(error);
        return false;
      } finally {
        set({ busy: false });
      }
    }

    /** Says what became of records that were sent again, as soon as a sync knows. */
    async function settle(run: RunResult): Promise<void> {
      const { outcome } = get();
      if (outcome === null || run.runId === null || !isUnderWay(outcome)) return;
      try {
        const { entries } = await engine.call('quarantine.page', { runId: run.runId, limit: 500 });
        const again = entries.filter((entry) => entry.attempts > 1).length;
        if (get().outcome === outcome) set({ outcome: outcomeAfter(outcome, run, again) });
      } catch {
        // The frame says that the engine is away; they are listed anew when it is back.
      }
    }

    async function readEntry(id: number): Promise<void> {
      const known = Object.values(get().records).flatMap(({ items }) => items);
      const tell = (entry: QuarantinePageEntry | null): void => {
        if (get().open?.id === id) set({ open: { id, entry, fields: null, fault: null } });
      };
      const listed = known.find((entry) => entry.id === id);
      if (listed) return tell(listed);
      try {
        const selection = { beforeId: id + 1, resolved: true, limit: 1 };
        const { entries } = await engine.call('quarantine.page', selection);
        tell(entries.find((entry) => entry.id === id) ?? null);
      } catch (error) {
        tell(null);
        fail(error);
      }
    }

    const meant = ({ ids, code }: Chosen) => ({ ...(ids && { ids }), ...(code !== undefined && { code }) });

    return {
      openCount: 0,
      summary: null,
      health: null,
      errors: null,
      records: {},
      lines: {},
      open: null,
      busy: false,
      outcome: null,
      fault: null,
      watch() {
        const ends = [
          engine.subscribe('errors.changed', (summary) => {
            count({ summary, health: get().health });
            void readHealth();
            if (followers > 0 && !get().busy) void readErrors();
          }),
          engine.subscribe('sync.progress', ({ result }) => {
            if (result !== null) void settle(result);
          }),
          engine.subscribe('health.changed', (health) => count({ summary: get().summary, health })),
          desktop.subscribe('desktop.engineChanged', ({ state }) => {
            if (state === 'running') void snapshot();
          }),
        ];
        void snapshot();
        return () => {
          for (const end of ends) end();
        };
      },
      follow() {
        followers += 1;
        void snapshot();
        return () => {
          followers -= 1;
        };
      },
      needRecords: (code, place) => records.need(code, place),
      needLines: (code, place) => lines.need(code, place),
      openEntry(id) {
        if (id === (get().open?.id ?? null)) return;
        set({ open: id === null ? null : { id, entry: undefined, fields: null, fault: null } });
        if (id !== null) void readEntry(id);
      },
      async readFields() {
        const { open } = get();
        if (open === null) return;
        try {
          const { fields } = await engine.call('quarantine.fields', { id: open.id });
          if (get().open?.id === open.id) set({ open: { ...open, fields, fault: null } });
        } catch (error) {
          if (get().open?.id === open.id) set({ open: { ...open, fault: toFault(error) } });
        }
      },
      async retry(chosen) {
        await act(async () => {
          const { done, stillOpen } = await engine.call('quarantine.retry', meant(chosen));
          return { kind: 'retried', count: done, stillOpen };
        });
      },
      async discard(chosen) {
        await act(async () => {
          const { done, stillOpen } = await engine.call('quarantine.discard', meant(chosen));
          return { kind: 'discarded', count: done, stillOpen };
        });
      },
      edit: (id, values) =>
        act(async () => {
          try {
            await engine.call('quarantine.edit', { id, values });
          } catch (error) {
            const { open } = get();
            if (open === null) throw error;
            set({ open: { ...open, fault: toFault(error) } });
            return null;
          }
          set({ open: null });
          return { kind: 'edited', count: 1, stillOpen: 0 };
        }).then(() => get().open === null),
      async acknowledge(code) {
        await act(async () => {
          const { acknowledged } = await engine.call('errors.acknowledge', { unit: 'lines', code });
          return { kind: 'acknowledged', count: acknowledged, stillOpen: 0 };
        });
      },
      async acknowledgeDamage() {
        await act(async () => {
          await engine.call('errors.acknowledge', { unit: 'damage' });
          return null;
        });
      },
      dismiss: () => set({ outcome: null, fault: null }),
    };
  });
}
