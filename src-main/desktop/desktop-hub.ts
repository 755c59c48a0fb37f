import {
  type DesktopEventName,
  type DesktopEventPayload,
  isDesktopEventName,
} from '../contract/desktop-contract.ts';

/** Carries the desktop's own events to whoever listens. */
export interface DesktopHub {
  emit<Name extends DesktopEventName>(name: Name, payload: DesktopEventPayload<Name>): void;
  subscribe(name: string, listener: (payload: unknown) => void): () => void;
}

export function createDesktopHub(): DesktopHub {
  const listeners = new Map<string, Set<(payload: unknown) => void>>();
  return {
    emit(name, payload) {
      for (const listener of [...(listeners.get(name) ?? [])]) listener(payload);
    },
    subscribe(name, listener) {
      if (!isDesktopEventName(name)) return () => undefined;
      const own = (payload: unknown): void => listener(payload);
      const all = listeners.get(name) ?? new Set();
      listeners.set(name, all.add(own));
      return () => all.delete(own);
    },
  };
}
