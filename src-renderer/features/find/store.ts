import { createStore, type StoreApi } from 'zustand';
import type { Client } from '../../../src-main/contract/client.ts';
import type { DesktopClient } from '../../../src-main/contract/desktop-client.ts';
import { type Fault, toFault } from '../../../src-main/contract/errors.ts';
import type { FoundRecords } from '../../../src-main/contract/find-shapes.ts';
import { emptyQuestion, mayAsk, type Question, selectionOf } from './question.ts';

export interface FindState {
  readonly question: Question;
  /** null before the first search */
  readonly found: FoundRecords | null;
  readonly searching: boolean;
  readonly fault: Fault | null;
  /** cameras that this box knows, for choosing */
  readonly cameras: readonly string[];
  ask(change: Partial<Question>): void;
  /** another question altogether, as an address asks it */
  askAnew(question: Question): Promise<void>;
  search(): Promise<void>;
  readCameras(): Promise<void>;
}

export type FindStore = StoreApi<FindState>;

/** Looking for records; only the newest question's answer counts. */
export function createFindStore(engine: Client, _desktop: DesktopClient): FindStore {
  return createStore<FindState>()((set, get) => {
    let newest = 0;
    return {
      question: emptyQuestion,
      found: null,
      searching: false,
      fault: null,
      cameras: [],
      ask: (change) => set({ question: { ...get().question, ...change } }),
      askAnew(question) {
        set({ question, found: null });
        return get().search();
      },
      async search() {
        const { question } = get();
        if (!mayAsk(question)) return;
        newest += 1;
        const own = newest;
        set({ searching: true, fault: null });
        try {
          const found = await engine.call('find.records', selectionOf(question));
          if (own === newest) set({ found, searching: false });
        } catch (error) {
          if (own === newest) set({ fault: toFault(error), searching: false });
        }
      },
      async readCameras() {
        try {
          const { cameras } = await engine.call('capture.live', {});
          set({ cameras: cameras.map((camera) => camera.cameraId) });
        } catch {
          // Choosing is a help; the camera can be typed all the same.
        }
      },
    };
  });
}
