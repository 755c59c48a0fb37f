import type { EventName, EventPayload } from '../../contract/contract.ts';

/** Carries events to whoever listens; the last payload is not kept, a view asks for its snapshot first. */
export interface EventHub {
  emit<Name extends EventName>(name: Name, payload: EventPayload<Name>): void;
  subscribe(name: string, listener: (payload: unknown) => void): () => void;
  listeners(name: EventName): number;
}

export function createEventHub(): EventHub {
  const listeners = new Map<string, Set<(payload: unknown) => void>>();
  return {
    emit(name, payload) {
      for (const listener of [...(listeners.get(name) ?? [])]) listener(payload);
    },
    subscribe(name, listener) {
      const own = (payload: unknown): void => listener(payload);
      const all = listeners.get(name) ?? new Set();
      listeners.set(name, all.add(own));
      return () => all.delete(own);
    },
    listeners: (name) => listeners.get(name)?.size ?? 0,
  };
}
