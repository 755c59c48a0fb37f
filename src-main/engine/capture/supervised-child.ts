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
  const { command, log, timers, attach } = options;
  let child: Child | null = null;
  let stopping = false;
  let wakeUp = () => {};

  async function run(): Promise<void> {
    let pauseMs = firstPauseMs;
    while (!stopping) {
      const begun = timers.elapsed();
      await runOnce();
      if (stopping) return;
      if (timers.elapsed() - begun >= healthyMs) pauseMs = firstPauseMs;
      log.warn('the detector will be started again', { command: command[0], inMs: pauseMs });
      await new Promise<void>((resolve) => {
        const cancel = timers.after(pauseMs, resolve);
        wakeUp = () => {
          cancel();
          resolve();
        };
      });
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
  }

  async function runOnce(): Promise<void> {
    const started = spawnChild(command);
    child = started;
    const ended = endOf(started);
    logLines(started.stderr, log);
    started.stdin.on('error', () => {});
    await Promise.all([attach(started.stdout, started.stdin), ended]);
    child = null;
    const { code, signal, error } = await ended;
    log[stopping ? 'info' : 'warn']('the detector ended', { command: command[0], code, signal, error });
  }

  const done = run();
  return {
    pid: () => child?.pid ?? null,
    async stop() {
      stopping = true;
      wakeUp();
      if (child !== null) signalGroup(child, 'SIGTERM');
      const cancel = timers.after(graceMs, () => child !== null && signalGroup(child, 'SIGKILL'));
      await done;
      cancel();
    },
  };
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
    child.on('error', (error) => resolve({ code: null, signal: null, error: error.message }));
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
