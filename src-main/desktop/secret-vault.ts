import { join } from 'node:path';
import { z } from 'zod';
import { type SecretName, type SecretReply, secretName, secretRequest } from '../contract/secret-messages.ts';
import { readJsonFile, writeJsonFile } from '../engine/files/json-file.ts';
import type { Logger } from '../engine/log/logger.ts';

/** The system's keychain: it keeps one key, with which values are made unreadable to others. */
export interface Cipher {
  encrypt(text: string): Promise<Buffer>;
  decrypt(bytes: Buffer): Promise<string>;
}

/** Answers what the engine asks about secrets. */
export interface SecretVault {
  /** The reply for a message of the child; null for a message about something else. */
  answer(message: unknown): Promise<SecretReply | null>;
}

const vaultFile = z.object({
  version: z.literal(1).default(1),
  /** encrypted by the system's keychain, base64 */
  values: z.partialRecord(secretName, z.base64()).default({}),
});

/** Encrypted values in one file of mode 0600; the key to them is in the system's keychain. */
export function openSecretVault(
  consoleFolder: string,
  cipher: Cipher,
  log: Logger,
  now: () => Date,
): SecretVault {
  const path = join(consoleFolder, 'secrets.json');
  let last: Promise<unknown> = Promise.resolve();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  }

  function values(): Partial<Record<SecretName, string>> {
    const { value, setAside } = readJsonFile(path, vaultFile, now);
    if (setAside !== null) log.error('the stored secrets were damaged', { keptAs: setAside });
    return value.values;
  }

  async function perform(request: z.infer<typeof secretRequest>): Promise<string | null> {
    const kept = values();
    if (request.type === 'secret.read') {
      const encrypted = kept[request.name];
      return encrypted === undefined ? null : await cipher.decrypt(Buffer.from(encrypted, 'base64'));
    }
    if (request.type === 'secret.write') {
      const encrypted = (await cipher.encrypt(request.value)).toString('base64');
      await writeJsonFile(path, { version: 1, values: { ...kept, [request.name]: encrypted } });
    } else if (kept[request.name] !== undefined) {
      const { [request.name]: _cleared, ...rest } = kept;
      await writeJsonFile(path, { version: 1, values: rest });
    }
    return null;
  }

  return {
    async answer(message) {
      const request = secretRequest.safeParse(message);
      if (!request.success) return null;
      const { id } = request.data;
      try {
        return { type: 'secret.reply', id, ok: true, value: await inTurn(() => perform(request.data)) };
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        log.error('the keychain does not give or take a secret', { name: request.data.name, reason });
        return { type: 'secret.reply', id, ok: false, reason };
      }
    },
  };
}
