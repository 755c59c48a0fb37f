import { join } from 'node:path';
import { tokenFileName } from '../api/service.ts';
import { type Environment, secretsOf } from '../config/environment.ts';
import { secretAdvice } from '../config/secret-names.ts';
import { readIfPresent } from '../files/private-file.ts';
import { localCloudSecrets } from '../local-cloud/service.ts';
import { readApiKey, type SecretName, type SecretStore } from '../secrets/service.ts';
import { prepared, type Storage } from '../storage/service.ts';

/** Every secret that this box knows by its value, to be taken out of texts wherever it stands. */
export async function knownSecrets(parts: {
  readonly dataDir: string;
  readonly environment: Environment;
  readonly secrets: SecretStore;
  readonly storage: Storage;
  /** `capture.command`: what follows `--password` is one */
  readonly detector: readonly string[] | null;
}): Promise<readonly string[]> {
  const { dataDir, environment, secrets, storage, detector } = parts;
  const kept = await Promise.all([
    readApiKey(secrets).catch(() => null),
    tokenIn(secrets, 'device-token'),
    tokenIn(secrets, 'device-token.environment'),
    readIfPresent(join(dataDir, tokenFileName)).then(
      (token) => token?.trim() ?? null,
      () => null,
    ),
  ]);
  const known = [
    ...secretsOf(environment),
    ...kept.filter((one) => one !== null),
    ...(await localCloudSecrets(dataDir)),
    ...cameraSecrets(storage),
    ...detectorSecrets(detector ?? []),
  ];
  // In a JSON text a quotation mark of a password stands behind a backslash.
  return known.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
}

async function tokenIn(secrets: SecretStore, name: SecretName): Promise<string | null> {
  const text = await secrets.read(name).catch(() => null);
  if (text === null) return null;
  try {
    const { token } = JSON.parse(text) as { readonly token?: unknown };
    return typeof token === 'string' ? token : text;
  } catch {
    return text;
  }
}

/** `--api-key X` and `--api-key=X`. */
function detectorSecrets(command: readonly string[]): readonly string[] {
  return command.flatMap((argument, index) => {
    const [name = '', value = ''] = argument.split('=', 2);
    if (secretAdvice(name) === null) return [];
    return [value, command[index + 1] ?? ''].filter((one) => one !== '' && !one.startsWith('-'));
  });
}

/** Passwords in the addresses of cameras. */
function cameraSecrets(storage: Storage): readonly string[] {
  const sql = `SELECT rtsp_endpoint AS one, camera_ip_address AS other FROM cameras LIMIT 1000`;
  const rows = prepared(storage.reader, sql).all() as readonly Record<'one' | 'other', string | null>[];
  return rows
    .flatMap(({ one, other }) => [one, other])
    .flatMap((address) => /\/\/[^/@\s]*?:([^\s]+)@/.exec(address ?? '')?.[1] ?? []);
}
