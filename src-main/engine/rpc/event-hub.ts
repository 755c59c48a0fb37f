import type { EventName, EventPayload } from '../../contract/contract.ts';

/** What the engine tells, by name. */
export type EnginePayloads = { readonly [Name in EventName]: EventPayload<Name> };

/** Carries events to whoever listens; the last payload is not kept, a view asks for its snapshot first. */
export interface EventHub<Payloads = EnginePayloads> {
  emit<Name extends keyof Payloads & string>(name: Name, payload: Payloads[Name]): void;
  subscribe(name: string, listener: (payload: unknown) => void): () => void;
  listeners(name: keyof Payloads & string): number;
}

export function createEventHub<Payloads = EnginePayloads>(): EventHub<Payloads> {
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
