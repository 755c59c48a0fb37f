import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { adminConnectionString } from '../../src-main/engine/local-cloud/service.ts';
import { processesOf } from '../support/processes.ts';
import { startTestCloud } from '../support/test-cloud.ts';
import { type Checker, createChecker } from './checker.ts';

/** The one cloud of all runs, how to check it, and how to hurt it. */
export interface FaultCloud {
  readonly url: string;
  readonly apiKey: string;
  /** where processes under test keep what they compiled */
  readonly compiled: string;
  readonly checker: Checker;
  token(locationId: string): Promise<string>;
  /** SIGKILL: PostgREST, or a server process of PostgreSQL, which then recovers from its log */
  kill(part: 'gateway' | 'database'): Promise<void>;
  close(): Promise<void>;
}

export async function startFaultCloud(): Promise<FaultCloud> {
  const cloud = await startTestCloud();
  const address = new URL(await adminConnectionString(cloud.dataDir));
  const compiled = join(cloud.dataDir, 'compiled');
  mkdirSync(compiled);
  const gateways = () => processesOf(cloud.dataDir).filter(({ args }) => args[0]?.endsWith('/postgrest'));
  const one = `SELECT pid FROM pg_stat_activity WHERE application_name ILIKE 'postgrest%' LIMIT 1`;
  // A database that another run has just killed has none.
  const backends = () => cloud.sql<{ pid: number }>(one).catch(() => []);
  return {
    url: cloud.url,
    apiKey: cloud.apiKey,
    compiled,
    token: (locationId) => cloud.token(locationId, { ttlSeconds: 7 * 86_400 }),
    checker: createChecker({
      PGHOST: address.searchParams.get('host') ?? address.hostname,
      PGPORT: address.port,
      PGUSER: decodeURIComponent(address.username),
      PGPASSWORD: decodeURIComponent(address.password),
      PGDATABASE: address.pathname.slice(1),
    }),
    async kill(part) {
      for (const { pid } of part === 'gateway' ? gateways() : await backends()) process.kill(pid, 'SIGKILL');
    },
    close: () => cloud.close(),
  };
}
