import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { exitCodeOfCause } from '../../src-main/cli/commands/doctor.ts';
import { readEnvironment } from '../../src-main/engine/config/environment.ts';
import { type Diagnosis, examine } from '../../src-main/engine/doctor/service.ts';
import { backhaul, type CommandOptions } from './command-line.ts';
import { makeRecording, ndjson } from './records.ts';

export const locationId = 'store_1';

export interface Examination {
  readonly code: number | null;
  readonly diagnosis: Diagnosis;
  readonly output: string;
  /** `level: message → next step` of each finding of one check */
  of(name: string): string;
  /** the checks with a finding worse than `info`, and which */
  readonly bad: readonly string[];
}

/** Runs `backhaul doctor --json` and reads its answer. */
export async function doctor(dataDir: string, options: CommandOptions = {}): Promise<Examination> {
  const result = await backhaul(['doctor', '--json'], { dataDir, ...options });
  return examination(result.code, result.json<Diagnosis>(), result.stdout + result.stderr);
}

/** The same look without a process for the command, for the many cases that differ in what is found alone. */
export async function doctorHere(dataDir: string, env: Record<string, string>): Promise<Examination> {
  const { diagnosis, cause } = await examine({
    dataDir,
    environment: readEnvironment(env),
    now: () => new Date(),
  });
  return examination(exitCodeOfCause(cause), diagnosis, JSON.stringify(diagnosis));
}

function examination(code: number | null, diagnosis: Diagnosis, output: string): Examination {
  return {
    code,
    diagnosis,
    output,
    of: (name) =>
      diagnosis.checks
        .filter((check) => check.name === name)
        .map(({ level, message, nextStep }) => `${level}: ${message} → ${nextStep ?? ''}`)
        .join('\n'),
    bad: diagnosis.checks
      .filter(({ level }) => level === 'warning' || level === 'critical')
      .map(({ name, level }) => `${level} ${name}`),
  };
}

/** A data directory with 40 records of one location, none sent. */
export async function makeHealthyBox(dataDir: string): Promise<void> {
  const { lines } = makeRecording({ locationId, states: 40, sessions: 2 });
  const result = await backhaul(['ingest'], { dataDir, input: ndjson(lines) });
  if (result.code !== 0) throw new Error(result.stderr);
}

export function copyBox(from: string, to: string): string {
  cpSync(from, to, { recursive: true });
  return to;
}

/** Changes the database as another program does. */
export function change(dataDir: string, sql: string): void {
  const db = new Database(join(dataDir, 'detection_data.db'), { timeout: 5000 });
  db.exec(sql);
  db.close();
}

/** Everything about a folder that could change: names, sizes, times, modes, content. */
export function fingerprint(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const path = join(folder, name);
      const { size, mtimeMs, mode, uid } = lstatSync(path);
      const content = lstatSync(path).isFile()
        ? createHash('sha256').update(readFileSync(path)).digest('hex')
        : '';
      return [name, lstatSync(path).isDirectory() ? '' : size, mtimeMs, mode, uid, content].join(' ');
    });
}

const main = fileURLToPath(new URL('../../src-main/cli/main.ts', import.meta.url));

/**
 * A program for `CommandOptions` that first changes what is mounted where, for itself alone. `$1` is the folder
 * that is given.
 */
export function withMounts(shell: string, folder: string): readonly [string, ...string[]] {
  const script = `${shell}\nshift\nexec "$@"`;
  const isolated = ['--user', '--map-root-user', '--mount', 'sh', '-ec', script, 'sh', folder];
  return ['unshare', ...isolated, process.execPath, main];
}

/** The same without the right of root to pass every permission; anybody else has none to lose. */
export function withoutPrivilege(): { readonly program?: readonly [string, ...string[]] } {
  if (process.getuid?.() !== 0) return {};
  const none = '-dac_override,-dac_read_search,-fowner';
  return {
    program: ['setpriv', `--bounding-set=${none}`, `--inh-caps=${none}`, '--', process.execPath, main],
  };
}

/** Another program that begins a transaction on the database and never ends it; resolves when it has begun. */
export function holdDatabase(dataDir: string): Promise<{ readonly pid: number; end(): void }> {
  mkdirSync(dataDir, { recursive: true });
  const sqlite = fileURLToPath(new URL('../../node_modules/better-sqlite3/lib/index.js', import.meta.url));
  const code = `const db = new (require(${JSON.stringify(sqlite)}))(process.argv[1]);
    db.exec('BEGIN IMMEDIATE');
    console.log('held');
    setInterval(() => db.inTransaction, 1000);`;
  const child = spawn(process.execPath, ['-e', code, join(dataDir, 'detection_data.db')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.stdout.once('data', () => resolve({ pid: child.pid ?? 0, end: () => void child.kill('SIGKILL') }));
  });
}
