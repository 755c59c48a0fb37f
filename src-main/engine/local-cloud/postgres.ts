import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BackhaulError } from '../../contract/errors.ts';
import { createPrivateFile } from '../files/private-file.ts';
import type { BoundedLog } from './bounded-log.ts';
import { type KeptChild, keepChild } from './kept-child.ts';
import type { Launcher } from './launcher.ts';
import type { LocalCloudPaths } from './paths.ts';
import { clearPostmaster, postmasterIsReady } from './postmaster.ts';

/** Small enough for an edge box; durability is left at PostgreSQL's own, strict defaults. */
const settings: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '50',
  shared_buffers: '64MB',
  max_wal_size: '512MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_logical_replication_workers: '0',
  io_method: 'sync',
  jit: 'off',
  TimeZone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  // A refused statement is the sender's to report; its text may hold what no log should.
  log_min_error_statement: 'panic',
};

export interface PostgresPlan {
  readonly paths: LocalCloudPaths;
  readonly initdb: string;
  readonly postgres: string;
  readonly port: number;
  readonly superuserPassword: string;
  readonly launcher: Launcher;
  readonly log: BoundedLog;
}

/** The PostgreSQL of this data directory; makes its files at the first start. */
export function keepPostgres(plan: PostgresPlan, report: (line: string) => void): KeptChild {
  const database = plan.paths.database;
  const options = Object.entries({ ...settings, port: String(plan.port) });
  const command = {
    file: plan.postgres,
    args: ['-D', database, ...options.flatMap(([key, value]) => ['-c', `${key}=${value}`])],
  };
  return keepChild(
    {
      name: 'PostgreSQL',
      command: plan.launcher.wrap(command, 'INT'),
      environment: {},
      log: plan.log,
      prepare: async () => {
        if (!existsSync(database)) await initialise(plan);
        await clearPostmaster(database, report);
      },
      isReady: (pid) => postmasterIsReady(database, pid),
      readyWithinMs: 60_000,
      stopSignals: [
        { signal: 'SIGINT', waitMs: 10_000 },
        { signal: 'SIGQUIT', waitMs: 3_000 },
        { signal: 'SIGKILL', waitMs: 2_000 },
      ],
    },
    report,
  );
}

/** Made under another name and renamed when whole, so that a start cut short leaves no half database. */
async function initialise(plan: PostgresPlan): Promise<void> {
  const folder = plan.paths.folder;
  for (const entry of await readdir(folder)) {
    if (entry.startsWith('postgres.new')) await rm(join(folder, entry), { recursive: true, force: true });
  }
  const draft = join(folder, 'postgres.new');
  const passwordFile = join(folder, 'postgres.new.password');
  await createPrivateFile(passwordFile, `${plan.superuserPassword}\n`);
  try {
    await run(plan, [
      ...['-D', draft, '-U', 'postgres', '--pwfile', passwordFile, '--auth=scram-sha-256', '--encoding=UTF8'],
      ...[
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
        '--text-search-config=simple',
      ],
    ]);
    await rename(draft, plan.paths.database);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

function run(plan: PostgresPlan, args: readonly string[]): Promise<void> {
  const command = plan.launcher.wrap({ file: plan.initdb, args }, 'TERM');
  return new Promise((resolve, reject) => {
    const child = spawn(command.file, [...command.args], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (chunk: Uint8Array) => plan.log.write(chunk));
    child.stderr.on('data', (chunk: Uint8Array) => plan.log.write(chunk));
    const fail = (what: string): void =>
      reject(
        new BackhaulError(
          'unavailable',
          `The local cloud's database could not be made: ${what}. Records stay safe in the buffer. See ${plan.log.path}`,
          { details: { log: plan.log.path } },
        ),
      );
    child.once('error', (error) => fail(error.message));
    child.once('close', (code) => (code === 0 ? resolve() : fail(`initdb ended with code ${code}`)));
  });
}
