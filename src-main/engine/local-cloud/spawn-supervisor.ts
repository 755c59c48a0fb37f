import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, statSync, truncateSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BackhaulError } from '../../contract/errors.ts';
import type { LocalCloudPaths } from './paths.ts';
import { type SupervisorMessage, supervisorMessageSchema } from './supervisor-message.ts';

export interface SpawnOptions {
  readonly detached: boolean;
  readonly resourcesDir?: string | undefined;
  /** The plain Node to run it with; this process's own by default. */
  readonly nodePath?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A supervisor that was started here and is ready. The child no longer keeps this process alive. */
export type SpawnOutcome =
  | { readonly kind: 'ready'; readonly child: ChildProcess }
  | { readonly kind: 'busy' };

/** Starts a supervisor in a session of its own, so that no key press or hang-up of a terminal reaches it. */
export async function spawnSupervisor(paths: LocalCloudPaths, options: SpawnOptions): Promise<SpawnOutcome> {
  const child = spawnQuietly(paths, options);
  const abort = (): void => void child.kill('SIGTERM');
  options.signal?.addEventListener('abort', abort, { once: true });
  try {
    const message = await firstMessage(child, paths);
    if (options.signal?.aborted) throw cancelled();
    if (message.kind === 'failed') throw faultOf(message);
    if (message.kind === 'busy') return { kind: 'busy' };
    child.unref();
    child.channel?.unref();
    return { kind: 'ready', child };
  } catch (error) {
    throw options.signal?.aborted ? cancelled() : error;
  } finally {
    options.signal?.removeEventListener('abort', abort);
  }
}

function spawnQuietly(paths: LocalCloudPaths, options: SpawnOptions): ChildProcess {
  const output = openOutput(paths);
  try {
    const child = spawn(options.nodePath ?? process.execPath, supervisorArguments(paths, options), {
      cwd: paths.folder,
      detached: true,
      stdio: ['ignore', output, output, 'ipc'],
    });
    child.on('error', () => {}); // a channel that breaks also closes, and that is listened to
    return child;
  } finally {
    closeSync(output);
  }
}

function supervisorArguments(paths: LocalCloudPaths, options: SpawnOptions): string[] {
  const here = fileURLToPath(import.meta.url);
  const program = join(here, '..', `supervisor${extname(here)}`);
  return [
    program,
    paths.dataDir,
    ...(options.detached ? ['--detached'] : []),
    ...(options.resourcesDir === undefined ? [] : ['--resources', options.resourcesDir]),
  ];
}

/** Only what a crash prints lands here; what it does is in supervisor.log. */
function openOutput(paths: LocalCloudPaths): number {
  mkdirSync(paths.logs, { recursive: true, mode: 0o700 });
  const path = join(paths.logs, 'supervisor-output.log');
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 1_000_000) truncateSync(path);
  return openSync(path, 'a', 0o600);
}

function firstMessage(child: ChildProcess, paths: LocalCloudPaths): Promise<SupervisorMessage> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => {
      const parsed = supervisorMessageSchema.safeParse(message);
      if (parsed.success) resolve(parsed.data);
      else reject(new BackhaulError('internal', 'The supervisor of the local cloud is of another version.'));
    });
    child.once('error', (error) => reject(supervisorFault(paths, error.message)));
    child.once('close', (code, signal) =>
      reject(supervisorFault(paths, `ended by ${signal ?? `code ${code}`}`)),
    );
  });
}

function supervisorFault(paths: LocalCloudPaths, what: string): BackhaulError {
  return new BackhaulError(
    'unavailable',
    `The local cloud did not start: its supervisor ${what}. Records stay safe in the buffer. See ${paths.logs}`,
    { details: { log: paths.logs } },
  );
}

function cancelled(): BackhaulError {
  return new BackhaulError('cancelled', 'Starting the local cloud was cancelled.');
}

function faultOf(message: Extract<SupervisorMessage, { kind: 'failed' }>): BackhaulError {
  const { code, message: text, details } = message.fault;
  return new BackhaulError(code, text, details === undefined ? {} : { details });
}
