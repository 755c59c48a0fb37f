import { createStore, type StoreApi } from 'zustand';
import type { Client } from '../../../src-main/contract/client.ts';
import type { DesktopClient } from '../../../src-main/contract/desktop-client.ts';

export interface HistoryState {
  readonly openCount: number;
}

export type HistoryStore = StoreApi<HistoryState>;

/** The state of the History view. */
export function createHistoryStore(_engine: Client, _desktop: DesktopClient): HistoryStore {
  return createStore<HistoryState>()(() => ({ openCount: 0 }));
}
