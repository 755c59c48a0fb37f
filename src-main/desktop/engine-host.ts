import type { Answer, Port } from '../contract/client.ts';
import type { EngineState } from '../contract/desktop-contract.ts';
import { BackhaulError } from '../contract/errors.ts';
import type { Logger } from '../engine/log/logger.ts';
import { type AttachedEngine, attachEngine } from '../engine/rpc/attach.ts';
import { type EngineProcess, type StartOutcome, startEngineProcess } from './engine-process.ts';
import { keepEngineState } from './engine-state.ts';
import type { SecretVault } from './secret-vault.ts';

/** The engine as the desktop holds it: its own child or one that already ran, always over its socket. */
export interface EngineHost {
  /**
   * Calls and events of whichever engine runs. While one is being started a call waits for it a little; after
   * that it answers `unavailable`. Subscriptions outlive an engine.
   */
  readonly port: Port;
  state(): EngineState;
  /** Told at once when the engine is there, has gone, or does not start. */
  onState(listener: (state: EngineState) => void): void;
  /**
   * Ends the desktop's own engine and starts it anew; tries at once where none runs. Faults: conflict where the engine
   * is another's, unavailable where it does not start.
   */
  restart(): Promise<void>;
  /** Ends the connection, and the engine where it is this desktop's child. */
  stop(): Promise<void>;
}

export interface EngineHostOptions {
  readonly dataDir: string;
  /** the built entry of the engine */
  readonly entry: string;
  readonly log: Logger;
  /** where the engine's secrets are kept; an engine is not started before this is known */
  readonly vault: Promise<SecretVault | null>;
}

const firstBackOffMs = 250;
const longestBackOffMs = 30_000;
/** An engine that lived this long was well: the next start is tried at once. */
const healthyMs = 30_000;
const callPatienceMs = 15_000;
const stopPatienceMs = 10_000;
const heldSilently = 'Another engine holds the data directory but does not answer.';

/** Attaches to the engine of a data directory, or starts one, and does so again whenever it has gone. */
export function hostEngine({ dataDir, entry, log, vault }: EngineHostOptions): EngineHost {
  const subscriptions = new Map<string, Set<(payload: unknown) => void>>();
  const waiting = new Set<() => void>();
  let engine: AttachedEngine | null = null;
  let child: EngineProcess | null = null;
  let connecting = true;
  let failure = '';
  let stopped = false;
  let restarting = false;
  const state = keepEngineState(() => new Date());
  let wake = (): void => {};
  let onStop = (): void => {};
  const stopping = new Promise<null>((resolve) => {
    onStop = () => resolve(null);
  });

  async function supervise(): Promise<void> {
    let backOffMs = firstBackOffMs;
    while (!stopped) {
      const since = Date.now();
      connecting = true;
      engine = await connect();
      connecting = false;
      if (!engine && !stopped) state.change({ state: 'failed', own: true, reason: failure || heldSilently });
      for (const goOn of [...waiting]) goOn();
      if (engine && !stopped) await serve(engine);
      engine?.close();
      engine = null;
      if (stopped) return;
      if (restarting) {
        restarting = false;
        continue;
      }
      backOffMs = Date.now() - since > healthyMs ? firstBackOffMs : Math.min(backOffMs * 2, longestBackOffMs);
      await pause(backOffMs);
    }
  }

  function pause(durationMs: number): Promise<void> {
    return new Promise((resolve) => {
      wake = resolve;
      setTimeout(resolve, durationMs);
    });
  }

  /** Another engine may hold the data directory without listening yet, or no more: that passes in a moment. */
  async function connect(): Promise<AttachedEngine | null> {
    const giveUpAt = Date.now() + callPatienceMs;
    while (!stopped) {
      const running = await attachEngine(dataDir);
      if (running) return running;
      const outcome = stopped ? null : await startOwn();
      if (outcome?.kind === 'failed' || Date.now() > giveUpAt) return null;
      if (outcome?.kind === 'held') await pause(firstBackOffMs);
    }
    return null;
  }

  async function startOwn(): Promise<StartOutcome> {
    const secrets = await Promise.race([vault, stopping]);
    if (stopped) return { kind: 'held' };
    const started = startEngineProcess(entry, dataDir, secrets);
    child = started;
    void started.exited.then(() => {
      if (child === started) child = null;
    });
    const outcome = await started.started;
    if (outcome.kind === 'failed') {
      failure = outcome.reason;
      log.error('the engine did not start', { reason: outcome.reason });
    }
    return outcome;
  }

  async function serve(connected: AttachedEngine): Promise<void> {
    log.info('attached to the engine', { pid: connected.address.pid, own: child !== null });
    for (const name of subscriptions.keys()) relay(connected, name);
    state.change({ state: 'running', own: child !== null, reason: null });
    await new Promise<void>((resolve) => connected.onClose(resolve));
    if (stopped) return;
    engine = null;
    connecting = true;
    failure = '';
    const restarts = state.current().restarts + (restarting ? 0 : 1);
    state.change({ state: 'starting', own: child !== null, restarts });
    log.warn('the engine has gone', { asked: restarting, restarts });
    await child?.stop(stopPatienceMs);
  }

  function relay(to: AttachedEngine, name: string): void {
    to.port.subscribe(name, (payload) => {
      for (const listener of [...(subscriptions.get(name) ?? [])]) listener(payload);
    });
  }

  /** Resolves when the attempt in progress has ended, or after the patience of a call. */
  function awaitAttempt(): Promise<void> {
    return new Promise((resolve) => {
      const goOn = (): void => {
        clearTimeout(timer);
        waiting.delete(goOn);
        resolve();
      };
      const timer = setTimeout(goOn, callPatienceMs);
      waiting.add(goOn);
    });
  }

  const port: Port = {
    async call(name, input) {
      if (!engine && connecting && !stopped) await awaitAttempt();
      return engine ? await engine.port.call(name, input) : unavailable(failure);
    },
    subscribe(name, listener) {
      const known = subscriptions.get(name);
      const all = known ?? new Set();
      subscriptions.set(name, all.add(listener));
      if (!known && engine) relay(engine, name);
      return () => all.delete(listener);
    },
  };

  async function restart(): Promise<void> {
    if (engine && !child) {
      throw new BackhaulError(
        'conflict',
        'The engine was not started by this console: it is a service or a command. Restart it there.',
      );
    }
    const attempt = awaitAttempt();
    restarting = engine !== null;
    wake();
    if (restarting) await child?.stop(stopPatienceMs);
    await attempt;
    if (!engine) throw new BackhaulError('unavailable', `The engine did not start again. ${failure}`.trim());
  }

  const supervising = supervise();
  return {
    port,
    state: state.current,
    onState: state.onChange,
    restart,
    async stop() {
      stopped = true;
      onStop();
      wake();
      for (const goOn of [...waiting]) goOn();
      engine?.close();
      await child?.stop(stopPatienceMs);
      await supervising;
    },
  };
}

function unavailable(reason: string): Answer {
  return {
    ok: false,
    fault: {
      code: 'unavailable',
      message:
        `The engine does not answer; it is being started again. Records already stored are safe. ${reason}`.trim(),
      details: { engineGone: true },
    },
  };
}
