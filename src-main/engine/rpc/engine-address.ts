import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { tryUntilMade } from '../files/try-until.ts';
import type { Logger } from '../log/logger.ts';
import { addressFile, type EngineAddress } from './socket-path.ts';

/** Writes engine.json, by which others find this engine; on a disk that refuses, as soon as it does not. */
export async function keepEngineAddress(
  dataDir: string,
  address: EngineAddress,
  log: Logger,
): Promise<{ remove(): Promise<void> }> {
  const path = addressFile(dataDir);
  const make = (): void => {
    writeFileSync(`${path}.new`, `${JSON.stringify(address)}\n`, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  };
  const attempting = await tryUntilMade({ what: 'engine.json', make, mayPass: () => true }, log);
  return {
    async remove() {
      await attempting.stop();
      for (const name of [path, `${path}.new`]) removeIfPossible(name);
    },
  };
}

/** One that stays is noticed by whoever tries the socket. */
function removeIfPossible(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // A disk that has become read-only.
  }
}
