import type { Answer, Port } from '../contract/client.ts';
import type { Logger } from '../engine/log/logger.ts';
import { type AttachedEngine, attachEngine } from '../engine/rpc/attach.ts';
import { type EngineProcess, type StartOutcome, startEngineProcess } from './engine-process.ts';

/** The engine as the desktop holds it: its own child or one that already ran, always over its socket. */
export interface EngineHost {
  /**
   * Calls and events of whichever engine runs. While one is being started a call waits for it a little; after
   * that it answers `unavailable`. Subscriptions outlive an engine.
   */
  readonly port: Port;
  /** Ends the connection, and the engine where it is this desktop's child. */
  stop(): Promise<void>;
}

export interface EngineHostOptions {
  readonly dataDir: string;
  /** the built entry of the engine */
  readonly entry: string;
  readonly log: Logger;
}

const firstBackOffMs = 250;
const longestBackOffMs = 30_000;
/** An engine that lived this long was well: the next start is tried at once. */
const healthyMs = 30_000;
const callPatienceMs = 15_000;
const stopPatienceMs = 10_000;

/** Attaches to the engine of a data directory, or starts one, and does so again whenever it has gone. */
export function hostEngine({ dataDir, entry, log }: EngineHostOptions): EngineHost {
  const subscriptions = new Map<string, Set<(payload: unknown) => void>>();
  const waiting = new Set<() => void>();
  let engine: AttachedEngine | null = null;
  let child: EngineProcess | null = null;
  let connecting = true;
  let failure = '';
  let stopped = false;
  let wake = (): void => {};

  async function supervise(): Promise<void> {
    let backOffMs = firstBackOffMs;
    while (!stopped) {
      const since = Date.now();
      connecting = true;
      engine = await connect();
      connecting = false;
      for (const goOn of [...waiting]) goOn();
      if (engine && !stopped) await serve(engine);
      engine?.close();
      engine = null;
      if (stopped) return;
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
    const started = startEngineProcess(entry, dataDir);
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
    await new Promise<void>((resolve) => connected.onClose(resolve));
    if (stopped) return;
    log.warn('the engine has gone');
    failure = '';
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

  const supervising = supervise();
  return {
    port,
    async stop() {
      stopped = true;
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
