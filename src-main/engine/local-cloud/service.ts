import { existsSync } from 'node:fs';
import { BackhaulError } from '../../contract/errors.ts';
import { superuserConnectionString } from './bootstrap.ts';
import { type LocalCloudConnection, readyConnection } from './connection.ts';
import { localCloudPaths } from './paths.ts';
import { createRefreshToken } from './refresh-tokens.ts';
import { readOrCreateSecrets, readSecrets, secretKeyOf } from './secrets.ts';
import { grantFor, signAccessToken, type TokenRequest } from './tokens.ts';

export type { LocalCloudConnection } from './connection.ts';
export {
  type LocalCloudLease,
  type LocalCloudOptions,
  type OpenLocalCloudOptions,
  openLocalCloud,
  startLocalCloud,
} from './open.ts';
export { stopLocalCloud } from './stop.ts';
export type { TokenRequest } from './tokens.ts';

export interface LocalCloudStatus {
  readonly running: boolean;
  /** True after `cloud stop`: an engine does not start it by itself until `cloud start`. */
  readonly held: boolean;
  readonly connection: LocalCloudConnection | null;
}

/** Says how the local cloud is; never starts anything. */
export async function localCloudStatus(dataDir: string): Promise<LocalCloudStatus> {
  const paths = localCloudPaths(dataDir);
  const secrets = await readSecrets(paths);
  const connection = secrets === null ? null : await readyConnection(paths, secrets);
  return { running: connection !== null, held: existsSync(paths.hold), connection };
}

/**
 * A device's access token for one location, signed by this directory's cloud, running or not.
 * @throws BackhaulError `invalid_input` for an empty location or a lifetime that is none
 */
export async function issueToken(dataDir: string, wanted: TokenRequest): Promise<string> {
  const secrets = await readOrCreateSecrets(localCloudPaths(dataDir));
  return signAccessToken(secrets, grantFor(secrets, wanted), wanted.ttlSeconds);
}

/**
 * A refresh token for `/auth/v1/token?grant_type=refresh_token`; the access tokens it gets live `ttlSeconds`.
 * @throws BackhaulError `unavailable` when the cloud does not run, since refresh tokens are kept in it
 */
export async function issueRefreshToken(dataDir: string, wanted: TokenRequest): Promise<string> {
  const secrets = await readOrCreateSecrets(localCloudPaths(dataDir));
  const grant = grantFor(secrets, wanted);
  return createRefreshToken(await adminConnectionString(dataDir), grant, wanted.ttlSeconds);
}

/** The key that makes users of this cloud's sign-in; for `cloud enroll`, never for a box in a store. */
export async function localSecretKey(dataDir: string): Promise<string> {
  return secretKeyOf(await readOrCreateSecrets(localCloudPaths(dataDir)));
}

/** Everything of the local cloud that no log or bundle may hold; empty where there is none. */
export async function localCloudSecrets(dataDir: string): Promise<readonly string[]> {
  const secrets = await readSecrets(localCloudPaths(dataDir)).catch(() => null);
  if (secrets === null) return [];
  const { projectId: _projectId, ...kept } = secrets;
  return [...Object.values(kept), secretKeyOf(secrets)];
}

/**
 * The superuser's connection, for migrations and tests. Never shown, never stored elsewhere.
 * @throws BackhaulError `unavailable` when the cloud does not run
 */
export async function adminConnectionString(dataDir: string): Promise<string> {
  const paths = localCloudPaths(dataDir);
  const secrets = await readOrCreateSecrets(paths);
  const connection = await readyConnection(paths, secrets);
  if (connection !== null) return superuserConnectionString(secrets, connection.postgres.port);
  throw new BackhaulError('unavailable', 'The local cloud does not run. Start it with: backhaul cloud start');
}
