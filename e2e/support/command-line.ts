import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));
/** the file that a command is, for who starts it by another program */
export const mainFile = fileURLToPath(new URL('../../src-main/cli/main.ts', import.meta.url));

/** What a finished command left. */
export interface CommandResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
  /** the one object that --json printed; throws where stdout holds anything else */
  json<T>(): T;
}

export interface CommandOptions {
  readonly dataDir?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string | Buffer | Iterable<Buffer> | AsyncIterable<Buffer>;
  /** leaves standard input open, for who writes to it piece by piece */
  readonly openInput?: boolean;
  /** another program in place of `node src-main/cli/main.ts` */
  readonly program?: readonly [file: string, ...args: string[]];
  /** in a process group of its own, so that all of it can be killed at once */
  readonly group?: boolean;
  readonly withinMs?: number;
}

/** A command under way. */
export interface RunningCommand {
  readonly child: ChildProcess;
  readonly finished: Promise<CommandResult>;
  /** ends the process, or its whole group, the hard way */
  kill(signal?: NodeJS.Signals): void;
  /** resolves when stdout and stderr together match; rejects when the command ends before */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  output(): string;
}

/** The environment of a user who has set nothing of Backhaul; TZ stays as the test gives it. */
function cleanEnvironment(extra: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(SUPABASE_|BACKHAUL_|npm_|INIT_CWD$|NODE_OPTIONS$|VITEST|NODE_ENV$)/.test(name),
  );
  return { ...(Object.fromEntries(kept) as Record<string, string>), ...extra };
}

/** Slots that come in the middle of no test: an engine that stays would sync by itself at the full hour. */
export const noSlots: Readonly<Record<string, string>> = {
  BACKHAUL_SCHEDULE_HOURLY: '0 0 29 2 *',
  BACKHAUL_SCHEDULE_FULL: '0 0 29 2 *',
};

/** Engines that stay would all want one port for their API. */
export const anyPort: Readonly<Record<string, string>> = { BACKHAUL_API_PORT: '0' };

/** Starts `backhaul …` as a process of its own. */
export function startBackhaul(args: readonly string[], options: CommandOptions = {}): RunningCommand {
  const { env = {}, cwd, input, group = false, withinMs = 50_000 } = options;
  const [file, ...before] = options.program ?? [process.execPath, mainFile];
  const dataDir = options.dataDir === undefined ? [] : ['--data-dir', options.dataDir];
  const began = performance.now();
  const child = spawn(file, [...before, ...args, ...dataDir], {
    env: cleanEnvironment(args[0] === 'engine' ? { ...noSlots, ...anyPort, ...env } : env),
    ...(cwd === undefined ? {} : { cwd }),
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: group,
  });
  let stdout = '';
  let stderr = '';
  const listeners = new Set<() => void>();
  const heard = (): void => {
    for (const listener of [...listeners]) listener();
  };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    heard();
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    heard();
  });
  child.stdin?.on('error', () => undefined);
  const kill = (signal: NodeJS.Signals = 'SIGKILL'): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(group ? -child.pid : child.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  };
  const late = setTimeout(() => {
    stderr += `\n(the test ended this command after ${withinMs} ms)\n`;
    kill();
  }, withinMs);
  const finished = new Promise<CommandResult>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(late);
      heard();
      const durationMs = performance.now() - began;
      resolve({ code, signal, stdout, stderr, durationMs, json: () => onlyObject({ code, stdout, stderr }) });
    });
  });
  if (options.openInput !== true) void feed(child, input);
  return {
    child,
    finished,
    kill,
    output: () => stdout + stderr,
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(stdout + stderr);
          const ended = child.exitCode !== null || child.signalCode !== null;
          if (match === null && !ended) return;
          listeners.delete(look);
          if (match !== null) resolve(match);
          else reject(new Error(`The command ended without saying ${pattern}:\n${stdout}${stderr}`));
        };
        listeners.add(look);
        look();
      }),
  };
}

/** Runs `backhaul …` to its end. */
export function backhaul(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return startBackhaul(args, options).finished;
}

async function feed(child: ChildProcess, input: CommandOptions['input']): Promise<void> {
  const { stdin } = child;
  if (stdin === null) return;
  if (input === undefined || typeof input === 'string' || Buffer.isBuffer(input)) {
    stdin.end(input);
    return;
  }
  for await (const piece of input) {
    if (stdin.destroyed) return;
    if (!stdin.write(piece)) {
      await new Promise<void>((resolve) => {
        const go = (): void => {
          stdin.off('drain', go).off('close', go);
          resolve();
        };
        stdin.on('drain', go).on('close', go);
      });
    }
  }
  stdin.end();
}

function onlyObject<T>({ code, stdout, stderr }: { code: number | null; stdout: string; stderr: string }): T {
  const lines = stdout.split('\n').filter((line) => line !== '');
  if (lines.length !== 1)
    throw new Error(`Not one line on stdout (exit ${code}):\n${stdout}\nstderr:\n${stderr}`);
  return JSON.parse(lines[0] ?? '') as T;
}
