import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { type Attempting, tryUntilMade } from '../files/try-until.ts';
import type { Logger } from '../log/logger.ts';
import { addressFile, type EngineAddress } from './socket-path.ts';

export interface KeptAddress {
  /** Writes what is different now; resolves when it was tried. */
  change(different: Partial<EngineAddress>): Promise<void>;
  remove(): Promise<void>;
}

/** Writes engine.json, by which others find this engine; on a disk that refuses, as soon as it does not. */
export async function keepEngineAddress(
  dataDir: string,
  address: EngineAddress,
  log: Logger,
): Promise<KeptAddress> {
  const path = addressFile(dataDir);
  let newest = address;
  const make = (): void => {
    writeFileSync(`${path}.new`, `${JSON.stringify(newest)}\n`, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  };
  const begin = (): Promise<Attempting> =>
    tryUntilMade({ what: 'engine.json', make, mayPass: () => true }, log);
  let attempting = begin();
  await attempting;
  return {
    async change(different) {
      newest = { ...newest, ...different };
      attempting = attempting.then((one) => one.stop()).then(begin);
      await attempting;
    },
    async remove() {
      await (await attempting).stop();
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
