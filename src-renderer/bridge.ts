import { type Client, createClient, type Port } from '../src-main/contract/client.ts';

declare global {
  interface Window {
    /** Put there by the preload: three channels, no feature. */
    readonly backhaul: Port;
  }
}

/** The engine, typed by the contract. Only stores use it. */
export function openBridge(): Client {
  return createClient(window.backhaul);
}
