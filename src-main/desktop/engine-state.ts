import type { EngineState } from '../contract/desktop-contract.ts';

/** How the engine stands, as the desktop sees it, and who wants to know. */
export interface EngineStateKeeper {
  current(): EngineState;
  change(part: Partial<Omit<EngineState, 'since'>>): void;
  onChange(listener: (state: EngineState) => void): void;
}

/** Begins with `starting`; `since` moves only with the state itself. */
export function keepEngineState(now: () => Date): EngineStateKeeper {
  const listeners = new Set<(state: EngineState) => void>();
  let current: EngineState = {
    state: 'starting',
    since: now().toISOString(),
    own: false,
    restarts: 0,
    reason: null,
  };
  return {
    current: () => current,
    change(part) {
      const moved = part.state !== undefined && part.state !== current.state;
      current = { ...current, ...part, since: moved ? now().toISOString() : current.since };
      for (const listener of listeners) listener(current);
    },
    onChange: (listener) => void listeners.add(listener),
  };
}
