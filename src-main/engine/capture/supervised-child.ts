import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { Logger } from '../log/logger.ts';
import { createLineSplitter } from './line-splitter.ts';
import type { Timers } from './timers.ts';

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

export interface SupervisedChildOptions {
  /** the program and its arguments; no shell */
  readonly command: readonly string[];
  readonly log: Logger;
  readonly timers: Timers;
  /** Called for each start: reads the child's standard output to its end, replies to its standard input. */
  readonly attach: (output: Readable, input: Writable) => Promise<unknown>;
}

/** A detector that the engine starts and keeps running (SPEC 4.1). */
export interface SupervisedChild {
  /** null while it waits to be started again */
  pid(): number | null;
  /** Ends it: SIGTERM, after five seconds SIGKILL. Resolves when it is gone and its output was read. */
  stop(): Promise<void>;
}

const firstPauseMs = 1_000;
const longestPauseMs = 60_000;
/** a child that ran so long starts its back-off anew */
const healthyMs = 60_000;
const graceMs = 5_000;
const longestLogLine = 2_000;

/** Starts the command and starts it again whenever it ends, after a pause that doubles from 1 s to 60 s. */
export function superviseChild(options: SupervisedChildOptions): SupervisedChild {
  return new RestartedChild(options);
}

class RestartedChild implements SupervisedChild {
  readonly #options: SupervisedChildOptions;
  readonly #done: Promise<void>;
  #child: Child | null = null;
  #stopping = false;
  #wakeUp = () => {};

  constructor(options: SupervisedChildOptions) {
    this.#options = options;
    this.#done = this.#keepRunning();
  }

  pid(): number | null {
    return this.#child?.pid ?? null;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wakeUp();
    const signal = (name: 'SIGTERM' | 'SIGKILL') => this.#child !== null && signalGroup(this.#child, name);
    signal('SIGTERM');
    const cancel = this.#options.timers.after(graceMs, () => signal('SIGKILL'));
    await this.#done;
    cancel();
  }

  async #keepRunning(): Promise<void> {
    const { command, log, timers } = this.#options;
    let pauseMs = firstPauseMs;
    while (!this.#stopping) {
      const begun = timers.elapsed();
      const end = await this.#runOnce().catch(failed);
      this.#child = null;
      log[this.#stopping ? 'info' : 'warn']('the detector ended', { command: command[0], ...end });
      if (this.#stopping) return;
      if (timers.elapsed() - begun >= healthyMs) pauseMs = firstPauseMs;
      log.warn('the detector will be started again', { command: command[0], inMs: pauseMs });
      await this.#pause(pauseMs);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
  }

  async #runOnce(): Promise<ChildEnd> {
    const child = spawnChild(this.#options.command);
    this.#child = child;
    const ended = endOf(child);
    logLines(child.stderr, this.#options.log);
    child.stdin.on('error', () => {});
    await Promise.all([this.#options.attach(child.stdout, child.stdin), ended]);
    return ended;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.timers.after(ms, resolve);
      this.#wakeUp = () => {
        cancel();
        resolve();
      };
    });
  }
}

function failed(error: unknown): ChildEnd {
  return { code: null, signal: null, error: error instanceof Error ? error.message : String(error) };
}

/** In a group of its own, so that a terminal's Ctrl-C stops it by our clean stop and its helpers go with it. */
function spawnChild(command: readonly string[]): Child {
  const [program = '', ...args] = command;
  return spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: process.platform !== 'win32' });
}

interface ChildEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly error: string | null;
}

function endOf(child: Child): Promise<ChildEnd> {
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(failed(error)));
    child.on('close', (code, signal) => resolve({ code, signal, error: null }));
  });
}

function signalGroup(child: Child, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    child.kill(signal);
  }
}

/** Reads standard error as fast as it comes: a full pipe would block the child. */
function logLines(stderr: Readable, log: Logger): void {
  const splitter = createLineSplitter();
  const tell = (line: Buffer) =>
    log.warn('detector', { line: line.toString('utf8').slice(0, longestLogLine) });
  stderr.on('data', (chunk: Buffer) => splitter.push(chunk, tell));
  stderr.on('end', () => splitter.end(tell));
  stderr.on('error', () => {});
}
