import type { SecretName } from '../../contract/secret-messages.ts';

export type { SecretName } from '../../contract/secret-messages.ts';

/** Where a secret lies: `elsewhere` is a keychain that this process cannot open. */
export type SecretPlace = 'keychain' | 'file' | 'elsewhere' | 'none';

/** Where a box keeps its secrets. A refresh token changes with every renewal, so it is written often. */
export interface SecretStore {
  readonly kind: 'keychain' | 'plain_text';
  /** without waiting, and without saying whether it can still be read */
  place(name: SecretName): SecretPlace;
  /**
   * Null where nothing is kept.
   * @throws BackhaulError `misconfigured` where it lies in a keychain that only the console opens, `unavailable`
   *   where the keychain does not answer
   */
  read(name: SecretName): Promise<string | null>;
  /** Resolves when it would survive a power cut. @throws BackhaulError `unavailable`; nothing is kept then */
  write(name: SecretName, value: string): Promise<void>;
  clear(name: SecretName): Promise<void>;
}
