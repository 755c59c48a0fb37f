import { contextBridge, ipcRenderer } from 'electron';

type Listener = (payload: unknown) => void;
const listeners = new Map<string, Set<Listener>>();

ipcRenderer.on('backhaul:event', (_event, name: string, payload: unknown) => {
  for (const listener of [...(listeners.get(name) ?? [])]) listener(payload);
});

// Three channels for every feature there will ever be; what may pass is decided in the main process.
contextBridge.exposeInMainWorld('backhaul', {
  call: (name: string, input: unknown): Promise<unknown> => ipcRenderer.invoke('backhaul:call', name, input),
  subscribe: (name: string, listener: Listener): (() => void) => {
    const own: Listener = (payload) => listener(payload);
    const all = listeners.get(name) ?? new Set();
    listeners.set(name, all.add(own));
    if (all.size === 1) ipcRenderer.send('backhaul:subscribe', name, true);
    return () => {
      if (all.delete(own) && all.size === 0) ipcRenderer.send('backhaul:subscribe', name, false);
    };
  },
});
