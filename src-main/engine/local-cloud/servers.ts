import { join } from 'node:path';
import { findBinaries } from './binaries.ts';
import { bootstrapDatabase } from './bootstrap.ts';
import { openBoundedLog } from './bounded-log.ts';
import { chooseLauncher } from './launcher.ts';
import type { LocalCloudPaths } from './paths.ts';
import type { LocalCloudPorts } from './ports.ts';
import { keepPostgres } from './postgres.ts';
import { keepPostgrest } from './postgrest.ts';
import type { LocalCloudSecrets } from './secrets.ts';

export interface Servers {
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface ServersPlan {
  readonly paths: LocalCloudPaths;
  readonly ports: LocalCloudPorts;
  readonly secrets: LocalCloudSecrets;
  readonly resourcesDir: string;
}

/** PostgreSQL and PostgREST of one data directory, started and ended in the right order. */
export function createServers(plan: ServersPlan, report: (line: string) => void): Servers {
  const { paths, ports, secrets } = plan;
  const binaries = findBinaries();
  const launcher = chooseLauncher(paths.database, paths.folder, binaries.postgres);
  const postgres = keepPostgres(
    {
      paths,
      initdb: binaries.initdb,
      postgres: binaries.postgres,
      port: ports.postgres,
      superuserPassword: secrets.superuserPassword,
      launcher,
      log: openBoundedLog(join(paths.logs, 'postgres.log')),
    },
    report,
  );
  const log = openBoundedLog(join(paths.logs, 'postgrest.log'));
  const postgrest = keepPostgrest({ program: binaries.postgrest, ports, secrets, launcher, log }, report);
  return {
    start: async () => {
      await postgres.start();
      await bootstrapDatabase(secrets, ports.postgres, plan.resourcesDir);
      await postgrest.start();
    },
    stop: async () => {
      await postgrest.stop();
      await postgres.stop();
    },
  };
}
