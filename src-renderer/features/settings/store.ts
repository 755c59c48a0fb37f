import { createStore, type StoreApi } from 'zustand';
import type { Client } from '../../../src-main/contract/client.ts';
import type { DesktopClient } from '../../../src-main/contract/desktop-client.ts';

export interface SettingsState {
  readonly openCount: number;
}

export type SettingsStore = StoreApi<SettingsState>;

/** The state of the Settings view. */
export function createSettingsStore(_engine: Client, _desktop: DesktopClient): SettingsStore {
  return createStore<SettingsState>()(() => ({ openCount: 0 }));
}
