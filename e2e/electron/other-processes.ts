import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { consoleCommand } from './console.ts';

/** Launches the console once more on a data directory; resolves with the exit code when that launch has ended. */
export async function launchAgain(dataDir: string): Promise<number | null> {
  const { executable, args } = await consoleCommand({ dataDir });
  const second = spawn(executable, args, { stdio: 'ignore' });
  return await new Promise((resolve) => second.once('exit', resolve));
}

/** An engine that runs without a console, as a service does. */
export interface ServiceEngine {
  readonly pid: number | undefined;
  /** null while it runs */
  exitCode(): number | null;
}

/** Starts such an engine, resolves when what is done beside it has ended, and the engine too. */
export async function besideServiceEngine(
  dataDir: string,
  use: (engine: ServiceEngine) => Promise<void>,
): Promise<void> {
  const engine = spawn('node', [join('out', 'main', 'engine.js'), '--data-dir', dataDir], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await new Promise((resolve) => engine.once('message', resolve));
  try {
    await use({ pid: engine.pid, exitCode: () => engine.exitCode });
  } finally {
    const ended = new Promise((resolve) => engine.once('exit', resolve));
    engine.kill('SIGTERM');
    await ended;
  }
}
