import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { BackhaulError } from '../../contract/errors.ts';
import type { BoundedLog } from './bounded-log.ts';
import type { Command } from './launcher.ts';

export interface ChildPlan {
  readonly name: string;
  readonly command: Command;
  readonly environment: Readonly<Record<string, string>>;
  readonly log: BoundedLog;
  /** Clears the way before each start. */
  readonly prepare?: () => Promise<void>;
  readonly isReady: (pid: number) => Promise<boolean>;
  readonly readyWithinMs: number;
  /** Tried in turn until the process is gone; the last one should be SIGKILL. */
  readonly stopSignals: readonly { readonly signal: NodeJS.Signals; readonly waitMs: number }[];
}

/** A server process that is started again, with back-off, whenever it dies unasked. */
export interface KeptChild {
  /** Resolves when it answers; rejects, and tries no further, when the first start fails. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const healthyAfterMs = 30_000;
const longestPauseMs = 10_000;

export function keepChild(plan: ChildPlan, report: (line: string) => void): KeptChild {
  let child: ChildProcess | null = null;
  let stopping = false;
  let failures = 0;
  let restart: NodeJS.Timeout | undefined;

  async function launch(): Promise<void> {
    await plan.prepare?.();
    if (stopping) return;
    const started = spawnLogged(plan);
    child = started;
    const startedAt = Date.now();
    let closed = false;
    started.once('close', () => {
      closed = true;
      child = null;
      if (Date.now() - startedAt > healthyAfterMs) failures = 0;
    });
    await untilReady(plan, started, () => stopping);
    const onEnd = (): void => {
      if (!stopping) scheduleRestart(`ended by ${started.signalCode ?? `exit code ${started.exitCode}`}`);
    };
    if (closed) onEnd();
    else started.once('close', onEnd);
  }

  function scheduleRestart(why: string): void {
    const pauseMs = Math.min(longestPauseMs, 250 * 2 ** failures);
    failures += 1;
    report(`${plan.name} ${why}; starting it again in ${pauseMs} ms`);
    restart = setTimeout(() => {
      launch().then(
        () => report(`${plan.name} is back`),
        (error: unknown) => {
          if (!stopping) scheduleRestart(error instanceof Error ? error.message : String(error));
        },
      );
    }, pauseMs);
  }

  async function stop(): Promise<void> {
    stopping = true;
    clearTimeout(restart);
    for (const { signal, waitMs } of plan.stopSignals) {
      const running = child;
      if (running === null) return;
      running.kill(signal);
      await Promise.race([gone(running), delay(waitMs, undefined, { ref: false })]);
    }
  }

  return { start: launch, stop };
}

function spawnLogged(plan: ChildPlan): ChildProcess {
  const child = spawn(plan.command.file, [...plan.command.args], {
    env: { PATH: searchPath, LC_ALL: 'C', ...plan.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.on('data', (chunk: Uint8Array) => plan.log.write(chunk));
  child.stderr.on('data', (chunk: Uint8Array) => plan.log.write(chunk));
  child.on('error', (error) => plan.log.line(error.message));
  return child;
}

async function untilReady(plan: ChildPlan, child: ChildProcess, isCancelled: () => boolean): Promise<void> {
  const deadline = Date.now() + plan.readyWithinMs;
  for (;;) {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
      throw startFault(plan, 'ended while it started');
    }
    if (isCancelled()) throw new BackhaulError('cancelled', `${plan.name} was stopped while it started.`);
    if (await plan.isReady(child.pid)) return;
    if (Date.now() >= deadline) {
      child.kill('SIGKILL');
      throw startFault(plan, `did not answer within ${plan.readyWithinMs / 1000} s`);
    }
    await delay(20);
  }
}

function startFault(plan: ChildPlan, what: string): BackhaulError {
  return new BackhaulError(
    'unavailable',
    `The local cloud did not start: ${plan.name} ${what}. Records stay safe in the buffer. See ${plan.log.path}`,
    { details: { log: plan.log.path } },
  );
}

function gone(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('close', () => resolve()));
}
