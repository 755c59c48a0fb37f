import { renameSync, rmSync, writeFileSync } from 'node:fs';
import type { Logger } from '../log/logger.ts';
import { addressFile, type EngineAddress } from './socket-path.ts';

const againAfterMs = 2000;

/**
 * Writes engine.json, by which others find this engine. On a disk that refuses it is tried again and again: a full disk
 * must keep nobody from seeing that it is full.
 */
export function keepEngineAddress(dataDir: string, address: EngineAddress, log: Logger): { remove(): void } {
  const path = addressFile(dataDir);
  let told = false;
  let timer: NodeJS.Timeout | undefined;

  function write(): void {
    try {
      writeFileSync(`${path}.new`, `${JSON.stringify(address)}\n`, { mode: 0o600 });
      renameSync(`${path}.new`, path);
    } catch (error) {
      if (!told) log.error('engine.json cannot be written yet; it is tried again', { error: String(error) });
      told = true;
      timer = setTimeout(write, againAfterMs);
      timer.unref();
    }
  }

  write();
  return {
    remove() {
      clearTimeout(timer);
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
