import { createStore, type StoreApi } from 'zustand';
import type { Client } from '../../../src-main/contract/client.ts';
import type { DesktopClient } from '../../../src-main/contract/desktop-client.ts';

export interface CloudState {
  readonly openCount: number;
}

export type CloudStore = StoreApi<CloudState>;

/** The state of the Cloud view. */
export function createCloudStore(_engine: Client, _desktop: DesktopClient): CloudStore {
  return createStore<CloudState>()(() => ({ openCount: 0 }));
}
