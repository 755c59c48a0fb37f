import { createStore, type StoreApi } from 'zustand';
import type { Client } from '../../../src-main/contract/client.ts';
import type { DesktopClient } from '../../../src-main/contract/desktop-client.ts';

export interface FindState {
  readonly openCount: number;
}

export type FindStore = StoreApi<FindState>;

/** The state of the Find view. */
export function createFindStore(_engine: Client, _desktop: DesktopClient): FindStore {
  return createStore<FindState>()(() => ({ openCount: 0 }));
}
