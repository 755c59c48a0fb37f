export { readApiKey, withKeptKey, writeApiKey } from './api-key.ts';
export { elsewhereFault, fileSecrets } from './file-secrets.ts';
export { keychainSecrets } from './keychain-secrets.ts';
export { type Keychain, type ParentChannel, parentKeychain, processChannel } from './parent-keychain.ts';
export type { SecretName, SecretPlace, SecretStore } from './secret-store.ts';
