import { z } from 'zod';
import type { Environment } from '../config/environment.ts';
import type { SecretStore } from './secret-store.ts';

const content = z.object({ apiKey: z.string().min(1) });

/** The project's publishable key as the console has kept it; null where there is none or it is damaged. */
export async function readApiKey(secrets: SecretStore): Promise<string | null> {
  const text = await secrets.read('api-key');
  if (text === null) return null;
  try {
    return content.parse(JSON.parse(text)).apiKey;
  } catch {
    return null;
  }
}

export async function writeApiKey(secrets: SecretStore, apiKey: string): Promise<void> {
  await secrets.write('api-key', JSON.stringify({ apiKey }));
}

/**
 * The environment with the kept key in it, where no variable gives one: a variable wins.
 * @throws BackhaulError as `SecretStore.read`
 */
export async function withKeptKey(environment: Environment, secrets: SecretStore): Promise<Environment> {
  if (environment.supabaseKey !== null) return environment;
  const supabaseKey = await readApiKey(secrets);
  return supabaseKey === null ? environment : { ...environment, supabaseKey };
}
