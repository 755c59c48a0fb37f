import { createStore, type StoreApi } from 'zustand';
import type { Client } from '../../../src-main/contract/client.ts';
import type { DesktopClient } from '../../../src-main/contract/desktop-client.ts';

export interface CaptureState {
  readonly openCount: number;
}

export type CaptureStore = StoreApi<CaptureState>;

/** The state of the Capture view. */
export function createCaptureStore(_engine: Client, _desktop: DesktopClient): CaptureStore {
  return createStore<CaptureState>()(() => ({ openCount: 0 }));
}
