import { type IpcMainEvent, type IpcMainInvokeEvent, ipcMain, type WebContents } from 'electron';
import type { Answer, Port } from '../contract/client.ts';
import { type CallName, contract, isEventName } from '../contract/contract.ts';
import { isDesktopCallName, isDesktopEventName } from '../contract/desktop-contract.ts';
import { BackhaulError, toFault } from '../contract/errors.ts';
import { parseCall } from '../contract/parse-call.ts';
import { appOrigin } from './app-scheme.ts';

export interface IpcPorts {
  readonly engine: Port;
  /** what is asked of the main process itself; it checks its own inputs */
  readonly desktop: Port;
  /** throws for a call that is not to be made now */
  readonly guard: (name: CallName, input: unknown) => void;
}

/**
 * Answers the three channels of the preload: what the desktop's contract names is done here, all else is relayed to
 * the engine. Whoever sends is checked here and nowhere else: only the top frame of the console's own origin is heard.
 */
export function listenIpc({ engine, desktop, guard }: IpcPorts): void {
  const subscribers = new Map<string, Set<WebContents>>();
  const followed = new WeakSet<WebContents>();

  ipcMain.handle('backhaul:call', async (event, name: unknown, input: unknown): Promise<Answer> => {
    try {
      requireOwnFrame(event);
      if (isDesktopCallName(name)) return await desktop.call(name, input);
      const call = parseCall(contract, name, input);
      guard(call.name as CallName, call.input);
      return await engine.call(call.name, call.input);
    } catch (error) {
      return { ok: false, fault: toFault(error) };
    }
  });

  ipcMain.on('backhaul:subscribe', (event, name: unknown, on: unknown) => {
    if (!isOwnFrame(event) || typeof on !== 'boolean') return;
    if (!isEventName(name) && !isDesktopEventName(name)) return;
    follow(event.sender);
    if (on) relayTo(name).add(event.sender);
    else subscribers.get(name)?.delete(event.sender);
  });

  function relayTo(name: string): Set<WebContents> {
    const known = subscribers.get(name);
    if (known) return known;
    const windows = new Set<WebContents>();
    subscribers.set(name, windows);
    const port = isDesktopEventName(name) ? desktop : engine;
    port.subscribe(name, (payload) => {
      for (const window of windows) window.send('backhaul:event', name, payload);
    });
    return windows;
  }

  /** A page that is gone or loaded anew has no subscriptions. */
  function follow(window: WebContents): void {
    if (followed.has(window)) return;
    followed.add(window);
    const forget = (): void => {
      for (const windows of subscribers.values()) windows.delete(window);
    };
    window.once('destroyed', forget);
    window.on('render-process-gone', forget);
    window.on('did-start-navigation', (details) => {
      if (details.isMainFrame && !details.isSameDocument) forget();
    });
  }
}

function isOwnFrame(event: IpcMainEvent | IpcMainInvokeEvent): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame.parent === null && frame.origin === appOrigin;
}

function requireOwnFrame(event: IpcMainInvokeEvent): void {
  if (!isOwnFrame(event))
    throw new BackhaulError('unauthorized', 'Only the console itself may ask the engine.');
}
