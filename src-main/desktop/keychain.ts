import { safeStorage } from 'electron';
import type { Cipher } from './secret-vault.ts';

/** What newer versions of Electron have beside the calls that block. */
type AsyncStorage = Pick<
  typeof safeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync'
>;

/**
 * The system's keychain, after the application is ready; null where there is none. A Linux desktop without a keyring
 * would "encrypt" with a key that everybody knows: that is plain text and not offered.
 */
export async function openKeychain(platform: NodeJS.Platform = process.platform): Promise<Cipher | null> {
  try {
    if (platform === 'linux') {
      const backend = safeStorage.getSelectedStorageBackend();
      if (backend === 'basic_text' || backend === 'unknown') return null;
    }
    return hasAsync(safeStorage) ? await asyncCipher(safeStorage) : blockingCipher();
  } catch {
    return null;
  }
}

function hasAsync(storage: object): storage is AsyncStorage {
  return 'encryptStringAsync' in storage && 'isAsyncEncryptionAvailable' in storage;
}

async function asyncCipher(storage: AsyncStorage): Promise<Cipher | null> {
  if (!(await storage.isAsyncEncryptionAvailable())) return null;
  return {
    encrypt: (text) => storage.encryptStringAsync(text),
    decrypt: async (bytes) => (await storage.decryptStringAsync(bytes)).result,
  };
}

/** Electron before 42: the calls themselves take well under a millisecond once the key is there. */
function blockingCipher(): Cipher | null {
  if (!safeStorage.isEncryptionAvailable()) return null;
  return {
    encrypt: async (text) => safeStorage.encryptString(text),
    decrypt: async (bytes) => safeStorage.decryptString(bytes),
  };
}
