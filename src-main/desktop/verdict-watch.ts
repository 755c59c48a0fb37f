import type { Port } from '../contract/client.ts';
import { contract } from '../contract/contract.ts';
import type { EngineState } from '../contract/desktop-contract.ts';
import type { Status, Verdict } from '../contract/status-shapes.ts';

/** How it stands, in so few figures as a tray can show. */
export interface VerdictAtGlance {
  readonly verdict: Verdict | 'starting';
  readonly pending: number;
  readonly synced: number;
  readonly onBox: boolean;
  readonly paused: boolean;
}

interface WatchedEngine {
  readonly port: Port;
  state(): EngineState;
  onState(listener: (state: EngineState) => void): void;
}

/** Follows the verdict: a snapshot when the engine comes up, events after that, `stopped` while it is gone. */
export function watchVerdict(engine: WatchedEngine, tell: (glance: VerdictAtGlance) => void): void {
  let known: VerdictAtGlance = {
    verdict: 'starting',
    pending: 0,
    synced: 0,
    onBox: true,
    paused: false,
  };

  function learn(glance: VerdictAtGlance): void {
    if (JSON.stringify(glance) === JSON.stringify(known)) return;
    known = glance;
    tell(known);
  }

  function take(status: unknown): void {
    const parsed = contract['status.changed'].payload.safeParse(status);
    if (parsed.success && engine.state().state === 'running') learn(glanceOf(parsed.data));
  }

  engine.port.subscribe('status.changed', take);
  engine.onState(({ state, restarts }) => {
    if (state === 'running') {
      void engine.port.call('status.get', {}).then((answer) => {
        if (answer.ok) take(answer.value);
      });
    } else if (state === 'failed' || restarts > 0) learn({ ...known, verdict: 'stopped' });
  });
}

function glanceOf(status: Status): VerdictAtGlance {
  const sum = (key: 'pending' | 'synced'): number =>
    status.streams.reduce((total, stream) => total + stream[key], 0);
  return {
    verdict: status.verdict,
    pending: sum('pending'),
    synced: sum('synced'),
    onBox: status.cloud.kind === 'local',
    paused: status.pausedUntil !== null,
  };
}
