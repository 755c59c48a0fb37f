import { createStore, type StoreApi } from 'zustand';
import type { Client } from '../../../src-main/contract/client.ts';
import type { DesktopClient } from '../../../src-main/contract/desktop-client.ts';

export interface SetupState {
  readonly openCount: number;
}

export type SetupStore = StoreApi<SetupState>;

/** The state of the Setup view. */
export function createSetupStore(_engine: Client, _desktop: DesktopClient): SetupStore {
  return createStore<SetupState>()(() => ({ openCount: 0 }));
}
