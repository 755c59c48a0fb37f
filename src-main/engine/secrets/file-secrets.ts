import { BackhaulError } from '../../contract/errors.ts';
import { secretFile } from './secret-file.ts';
import type { SecretName, SecretPlace, SecretStore } from './secret-store.ts';

const places = { none: 'none', value: 'file', moved: 'elsewhere' } as const satisfies Record<
  string,
  SecretPlace
>;

/** Secrets in files that only their owner can read (mode 0600): what there is without a keychain. */
export function fileSecrets(dataDir: string): SecretStore {
  return {
    kind: 'plain_text',
    place: (name) => places[secretFile(dataDir, name).look()],
    async read(name) {
      const content = await secretFile(dataDir, name).read();
      if (content.kind === 'moved') throw elsewhereFault(name);
      return content.kind === 'value' ? content.value : null;
    },
    write: (name, value) => secretFile(dataDir, name).write(value),
    clear: (name) => secretFile(dataDir, name).remove(),
  };
}

const words: Readonly<Record<SecretName, { readonly what: string; readonly instead: string }>> = {
  'device-token': {
    what: 'device token',
    instead: 'sign in once more with "backhaul cloud sign-in", or set BACKHAUL_DEVICE_TOKEN',
  },
  'device-token.environment': {
    what: 'renewed device token',
    instead: 'give this box a new BACKHAUL_DEVICE_TOKEN',
  },
  'api-key': { what: 'key of the project', instead: 'set SUPABASE_PUBLISHABLE_KEY (or SUPABASE_ANON_KEY)' },
};

/** The secret is in the console's keychain only, and this engine was given none. */
export function elsewhereFault(name: SecretName): BackhaulError {
  const { what, instead } = words[name];
  return new BackhaulError(
    'misconfigured',
    `The ${what} of this box lies in the system's keychain, which only the console opens, and this engine has no way to it: it was started without the console, or the keychain is locked. Nothing was sent, the records wait here. Sign in to the computer and open the console, which then runs the engine; or, for an engine without a window, ${instead}.`,
    { details: { secretElsewhere: name } },
  );
}
