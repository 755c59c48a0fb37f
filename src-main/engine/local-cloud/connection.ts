import type { ControlAddress } from './control-client.ts';
import type { LocalCloudPaths } from './paths.ts';
import type { LocalCloudSecrets } from './secrets.ts';
import { supervisorLockIsHeld } from './supervisor-lock.ts';
import { readSupervisorState, type SupervisorState } from './supervisor-state.ts';

/** Where the local cloud is and how to read it. The analyst may read everything and write nothing. */
export interface LocalCloudConnection {
  readonly url: string;
  readonly apiKey: string;
  readonly projectId: string;
  readonly postgres: {
    readonly host: string;
    readonly port: number;
    readonly user: 'analyst';
    readonly password: string;
    readonly database: string;
  };
}

export function connectionOf(state: SupervisorState, secrets: LocalCloudSecrets): LocalCloudConnection {
  return {
    url: `http://127.0.0.1:${state.gatewayPort}`,
    apiKey: secrets.publishableKey,
    projectId: secrets.projectId,
    postgres: {
      host: '127.0.0.1',
      port: state.postgresPort,
      user: 'analyst',
      password: secrets.analystPassword,
      database: 'postgres',
    },
  };
}

export function addressOf(state: SupervisorState, secrets: LocalCloudSecrets): ControlAddress {
  return { gatewayPort: state.gatewayPort, controlKey: secrets.controlKey };
}

/** The connection of a cloud that runs and answers, else null. */
export async function readyConnection(
  paths: LocalCloudPaths,
  secrets: LocalCloudSecrets,
): Promise<LocalCloudConnection | null> {
  if (!supervisorLockIsHeld(paths.lock)) return null;
  const state = await readSupervisorState(paths);
  return state?.phase === 'ready' ? connectionOf(state, secrets) : null;
}
