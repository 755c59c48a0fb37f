import { request } from 'node:http';
import type { BoundedLog } from './bounded-log.ts';
import { type KeptChild, keepChild } from './kept-child.ts';
import type { Launcher } from './launcher.ts';
import type { LocalCloudPorts } from './ports.ts';
import type { LocalCloudSecrets } from './secrets.ts';

export interface PostgrestPlan {
  readonly program: string;
  readonly ports: LocalCloudPorts;
  readonly secrets: LocalCloudSecrets;
  readonly launcher: Launcher;
  readonly log: BoundedLog;
}

/** PostgREST with the limits that hosted projects have. Its settings travel by environment, never in argv. */
export function keepPostgrest(plan: PostgrestPlan, report: (line: string) => void): KeptChild {
  const { ports, secrets } = plan;
  return keepChild(
    {
      name: 'PostgREST',
      command: plan.launcher.wrap({ file: plan.program, args: [] }, 'TERM'),
      environment: {
        PGRST_DB_URI: `postgresql://authenticator:${secrets.authenticatorPassword}@127.0.0.1:${ports.postgres}/postgres`,
        PGRST_DB_SCHEMAS: 'public',
        PGRST_DB_ANON_ROLE: 'anon',
        PGRST_DB_MAX_ROWS: '1000',
        PGRST_DB_POOL: '10',
        PGRST_JWT_SECRET: secrets.jwtSecret,
        PGRST_SERVER_HOST: '127.0.0.1',
        PGRST_SERVER_PORT: String(ports.postgrest),
        PGRST_ADMIN_SERVER_PORT: String(ports.postgrestAdmin),
        PGRST_LOG_LEVEL: 'error',
      },
      log: plan.log,
      isReady: () => answersReady(ports.postgrestAdmin),
      readyWithinMs: 20_000,
      stopSignals: [
        { signal: 'SIGTERM', waitMs: 2_000 },
        { signal: 'SIGKILL', waitMs: 2_000 },
      ],
    },
    report,
  );
}

function answersReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = request(
      { host: '127.0.0.1', port, path: '/ready', agent: false, timeout: 1_000 },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    probe.once('timeout', () => probe.destroy());
    probe.once('error', () => resolve(false));
    probe.once('close', () => resolve(false));
    probe.end();
  });
}
