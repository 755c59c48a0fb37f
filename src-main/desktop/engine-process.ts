import { fork, type Serializable } from 'node:child_process';
import { utilityProcess } from 'electron';
import { nodeBinary } from './node-binary.ts';
import type { SecretVault } from './secret-vault.ts';

/** How a start of the engine went. */
export type StartOutcome =
  | { readonly kind: 'ready' }
  /** another engine holds the data directory: attach to it */
  | { readonly kind: 'held' }
  | { readonly kind: 'failed'; readonly reason: string };

/** An engine that runs as a child of the desktop. */
export interface EngineProcess {
  /** resolves once, when it listens or has ended without */
  readonly started: Promise<StartOutcome>;
  /** resolves when it has ended */
  readonly exited: Promise<void>;
  /** asks it to flush and end; ends it by force after `patienceMs` */
  stop(patienceMs: number): Promise<void>;
}

/** What the two kinds of child have in common. */
interface Child {
  onMessage(listener: (message: unknown) => void): void;
  post(message: unknown): void;
  onExit(listener: (code: number | null) => void): void;
  onStderr(listener: (text: string) => void): void;
  ask(): void;
  force(): void;
}

/** Exit code of an engine that found the data directory held by another. */
const heldExitCode = 75;
/** better-sqlite3 needs Node-API 10, which Electron has from version 35 on. */
const neededNodeApi = 10;

/**
 * Starts an engine on a data directory, as a child that cannot take the window down with it.
 * @param vault answers its questions about secrets, over its own message channel; null where there is no keychain
 */
export function startEngineProcess(entry: string, dataDir: string, vault: SecretVault | null): EngineProcess {
  const args = ['--data-dir', dataDir, ...(vault === null ? [] : ['--keychain'])];
  const child =
    Number(process.versions.napi) >= neededNodeApi ? utilityChild(entry, args) : nodeChild(entry, args);
  let stderr = '';
  child.onStderr((text) => {
    stderr = (stderr + text).slice(-2_000);
  });
  child.onMessage((message) => {
    void vault?.answer(message).then((reply) => {
      if (reply !== null) child.post(reply);
    });
  });
  const exited = new Promise<void>((resolve) => child.onExit(() => resolve()));
  const started = new Promise<StartOutcome>((resolve) => {
    child.onMessage((message) => {
      if (isReady(message)) resolve({ kind: 'ready' });
    });
    child.onExit((code) => {
      if (code === heldExitCode) resolve({ kind: 'held' });
      else
        resolve({ kind: 'failed', reason: stderr.trim() || `the engine ended with ${code ?? 'a signal'}` });
    });
  });
  return {
    started,
    exited,
    async stop(patienceMs) {
      child.ask();
      const timer = setTimeout(() => child.force(), patienceMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

function isReady(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready';
}

function nodeChild(entry: string, args: readonly string[]): Child {
  const child = fork(entry, [...args], {
    execPath: nodeBinary(),
    execArgv: ['--enable-source-maps'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const onExit: Child['onExit'] = (listener) => {
    child.once('exit', listener);
    child.once('error', () => {
      if (child.pid === undefined) listener(null);
    });
  };
  return {
    onMessage: (listener) => void child.on('message', listener),
    post: (message) => {
      // It may have ended since it asked.
      if (child.connected) child.send(message as Serializable, () => undefined);
    },
    onExit,
    onStderr: (listener) => {
      child.on('error', (error) => listener(`${error.message}\n`));
      child.stderr?.on('data', (chunk: Buffer) => listener(chunk.toString('utf8')));
    },
    ask: () => void child.kill('SIGTERM'),
    force: () => void child.kill('SIGKILL'),
  };
}

function utilityChild(entry: string, args: readonly string[]): Child {
  const child = utilityProcess.fork(entry, [...args], {
    serviceName: 'Backhaul engine',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return {
    onMessage: (listener) => void child.on('message', listener),
    post: (message) => child.postMessage(message),
    onExit: (listener) => void child.once('exit', listener),
    onStderr: (listener) =>
      void child.stderr?.on('data', (chunk: Buffer) => listener(chunk.toString('utf8'))),
    ask: () => void child.kill(),
    force: () => {
      if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
    },
  };
}
