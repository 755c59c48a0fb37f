import { createStore, type StoreApi } from 'zustand';
import type { Client } from '../../../src-main/contract/client.ts';
import type { DesktopClient } from '../../../src-main/contract/desktop-client.ts';

export interface ErrorsState {
  readonly openCount: number;
}

export type ErrorsStore = StoreApi<ErrorsState>;

/** The state of the Errors view. */
export function createErrorsStore(_engine: Client, _desktop: DesktopClient): ErrorsStore {
  return createStore<ErrorsState>()(() => ({ openCount: 0 }));
}
