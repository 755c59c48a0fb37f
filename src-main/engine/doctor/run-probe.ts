import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type DatabaseLook, databaseLook } from './database-look.ts';

/** What became of a probe, a process of its own: a crash or a hang in SQLite ends nobody else. */
export type ProbeResult =
  | { readonly ended: 'well'; readonly output: string }
  | { readonly ended: 'badly'; readonly reason: string }
  | { readonly ended: 'late' };

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

export type ProbeName = 'database-probe' | 'damage-probe' | 'native-probe' | 'reach-probe';

/** Runs one of the probe files with plain Node. When its time is up it is killed, and left where that does not help. */
export function runProbe(name: ProbeName, args: readonly string[], withinMs: number): Promise<ProbeResult> {
  const file = fileURLToPath(new URL(`./${name}.${extension}`, import.meta.url));
  return new Promise((resolve) => {
    const settle = (result: ProbeResult): void => {
      clearTimeout(late);
      resolve(result);
    };
    const options = { maxBuffer: 16 * 1024 * 1024 };
    const child = execFile(
      process.execPath,
      ['--no-warnings', file, ...args],
      options,
      (error, stdout, stderr) => {
        if (error === null) settle({ ended: 'well', output: stdout });
        else settle({ ended: 'badly', reason: reasonOf(error.signal, stderr) || error.message });
      },
    );
    const late = setTimeout(() => {
      settle({ ended: 'late' });
      child.kill('SIGKILL');
      child.stdout?.destroy();
      child.stderr?.destroy();
      child.unref();
    }, withinMs);
  });
}

function reasonOf(signal: NodeJS.Signals | null | undefined, stderr: string): string {
  if (signal) return `it ended with ${signal}`;
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  return (lines.find((line) => /^\w*Error/.test(line)) ?? lines.at(-1) ?? '').slice(0, 300);
}

const lookWithinMs = 20_000;

/** What the database file says of itself, read beside whoever uses it. */
export async function lookAtDatabase(path: string): Promise<DatabaseLook> {
  const result = await runProbe('database-probe', [path], lookWithinMs);
  if (result.ended === 'well') return databaseLook.parse(JSON.parse(result.output));
  const reason =
    result.ended === 'late' ? `it did not answer within ${lookWithinMs / 1000} s` : result.reason;
  return { state: 'unreadable', code: result.ended, reason };
}
