import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { attachEngine } from '../rpc/attach.ts';
import { type EngineAddress, readEngineAddress } from '../rpc/socket-path.ts';
import { lockBytes, writersOf } from './file-locks.ts';
import { sqliteName } from './open-for-looking.ts';

/** What is known of the engine of a data directory. */
export interface EngineLook {
  /** a process holds the engine's lock */
  readonly held: boolean;
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
    const writers = writersOf(lock, lockBytes.shared);
    const held = writers === null ? await isHeld(lock) : writers.length > 0;
    const holder = writers?.[0] ?? null;
    const address = readEngineAddress(dataDir);
    const answer = await askEngine(dataDir, Math.max(500, deadline - performance.now()));
    // One that has just begun listens in a moment.
    if (answer !== null || !held || performance.now() > deadline) {
      return { held, holder, address, hasAddressFile: existsSync(join(dataDir, 'engine.json')), answer };
    }
    await delay(200);
  }
}

/** Where the kernel does not tell, a reader that is refused does. */
async function isHeld(lock: string): Promise<boolean> {
  if (!existsSync(lock)) return false;
  const { DatabaseSync } = await import('node:sqlite');
  const db = new DatabaseSync(lock, { readOnly: true });
  try {
    db.prepare('SELECT count(*) FROM sqlite_master').get();
    return false;
  } catch (error) {
    return sqliteName(error) === 'SQLITE_BUSY';
  } finally {
    db.close();
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
