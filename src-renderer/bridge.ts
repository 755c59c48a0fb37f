import { type Client, createClient, type Port } from '../src-main/contract/client.ts';
import { createDesktopClient, type DesktopClient } from '../src-main/contract/desktop-client.ts';

declare global {
  interface Window {
    /** Put there by the preload: three channels, no feature. */
    readonly backhaul: Port;
  }
}

/** The engine and the console's own main process, typed by their contracts. */
export interface Bridge {
  readonly engine: Client;
  readonly desktop: DesktopClient;
}

/** Opens both over the one port. Only stores use them. */
export function openBridge(): Bridge {
  return { engine: createClient(window.backhaul), desktop: createDesktopClient(window.backhaul) };
}
