import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { attachEngine } from '../rpc/attach.ts';
import { type EngineAddress, readEngineAddress } from '../rpc/socket-path.ts';
import { lockBytes, writersOf } from './file-locks.ts';

/** What is known of the engine of a data directory. */
export interface EngineLook {
  /** the process that holds the engine's lock; null where none does or the system does not tell */
  readonly holder: number | null;
  /** what engine.json says, which an engine that was killed leaves behind */
  readonly address: EngineAddress | null;
  readonly hasAddressFile: boolean;
  /** what the engine says of itself; null where none answers */
  readonly answer: { readonly version: string; readonly pid: number } | null;
}

const patienceMs = 4000;

/** Asks the engine by its socket and the kernel for the lock's holder; takes no lock. */
export async function lookAtEngine(dataDir: string): Promise<EngineLook> {
  const lock = join(dataDir, 'engine.lock.db');
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const holder = writersOf(lock, lockBytes.shared)?.[0] ?? null;
    const address = readEngineAddress(dataDir);
    const answer = await askEngine(dataDir, Math.max(500, deadline - performance.now()));
    // One that has just begun listens in a moment.
    if (answer !== null || holder === null || performance.now() > deadline) {
      return { holder, address, hasAddressFile: existsSync(join(dataDir, 'engine.json')), answer };
    }
    await delay(200);
  }
}

async function askEngine(dataDir: string, withinMs: number): Promise<EngineLook['answer']> {
  const late = delay(withinMs, null, { ref: false });
  const attached = await Promise.race([attachEngine(dataDir), late]);
  if (attached === null) return null;
  try {
    return await Promise.race([attached.call('engine.info', {}), late]);
  } catch {
    return null;
  } finally {
    attached.close();
  }
}
