import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';

/** The checkout. */
export const projectRoot = join(import.meta.dirname, '..');

/** What a finished command left. */
export interface Finished {
  /** null where the command was ended by a signal or could not start */
  readonly code: number | null;
  /** standard output and error together; empty where they went to the console */
  readonly output: string;
}

/** The environment of every command: the project's own tools and its Node first. */
export function projectEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const path = [join(projectRoot, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter);
  return { ...process.env, PATH: path, ...extra };
}

/**
 * Runs one of the project's tools, in the checkout unless told otherwise.
 * @param show `console` passes its output through, `kept` collects it
 */
export async function runCommand(
  command: readonly string[],
  show: 'console' | 'kept',
  extra: Readonly<Record<string, string>> = {},
  folder: string = projectRoot,
): Promise<Finished> {
  const [program = '', ...rest] = command;
  const child = spawn(program, rest, {
    cwd: folder,
    env: projectEnvironment(extra),
    stdio: show === 'console' ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
  });
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return await new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, output: error.message }));
    child.once('close', (code) => resolve({ code, output: Buffer.concat(chunks).toString('utf8') }));
  });
}
