import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { SecretName, SecretStore } from '../secrets/service.ts';

/** Where a box keeps its device token. A refresh token changes with every renewal, so it is written often. */
export interface TokenStore {
  /** null where there is none */
  read(): Promise<string | null>;
  /** resolves when it would survive a power cut */
  write(token: string): Promise<void>;
  clear(): Promise<void>;
}

const contentSchema = z.object({ origin: z.string(), token: z.string().min(1) });

/** The token that `cloud sign-in` was given, or what has become of it. */
export function signedInStore(secrets: SecretStore): TokenStore {
  return tokenStore(secrets, 'device-token', '');
}

/** What has become of the refresh token of BACKHAUL_DEVICE_TOKEN; a new one in its place starts anew. */
export function environmentStore(secrets: SecretStore, given: string): TokenStore {
  const origin = createHash('sha256').update(given).digest('hex');
  return tokenStore(secrets, 'device-token.environment', origin);
}

function tokenStore(secrets: SecretStore, name: SecretName, origin: string): TokenStore {
  return {
    async read() {
      const text = await secrets.read(name);
      if (text === null) return null;
      try {
        const content = contentSchema.parse(JSON.parse(text));
        return content.origin === origin ? content.token : null;
      } catch {
        return null; // damaged: as if it were not there, a new sign-in mends it
      }
    },
    write: (token) => secrets.write(name, JSON.stringify({ origin, token })),
    clear: () => secrets.clear(name),
  };
}
