import type { Keychain } from './parent-keychain.ts';
import { secretFile } from './secret-file.ts';
import type { SecretPlace, SecretStore } from './secret-store.ts';

const places = { none: 'none', value: 'file', moved: 'keychain' } as const satisfies Record<
  string,
  SecretPlace
>;

/**
 * Secrets in the keychain of the console that runs this engine. A plain file that is found (an engine without a
 * console or `cloud sign-in` has written it) is newer: it is moved into the keychain, and a note stays in its place.
 */
export function keychainSecrets(dataDir: string, keychain: Keychain): SecretStore {
  return {
    kind: 'keychain',
    place: (name) => places[secretFile(dataDir, name).look()],
    async read(name) {
      const file = secretFile(dataDir, name);
      const content = await file.read();
      if (content.kind === 'none') return null;
      if (content.kind === 'moved') return keychain.read(name);
      // A keychain that refuses takes nothing away: the file is good until the next time.
      const isMoved = await keychain.write(name, content.value).then(
        () => true,
        () => false,
      );
      if (isMoved) await file.writeMoved().catch(() => undefined);
      return content.value;
    },
    async write(name, value) {
      await keychain.write(name, value);
      await secretFile(dataDir, name).writeMoved();
    },
    async clear(name) {
      await secretFile(dataDir, name).remove();
      await keychain.clear(name);
    },
  };
}
