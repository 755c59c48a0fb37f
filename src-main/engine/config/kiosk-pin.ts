import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { BackhaulError } from '../../contract/errors.ts';
import { writeJsonFile } from '../files/json-file.ts';

/** What became of a PIN that was given. */
export interface PinCheck {
  readonly accepted: boolean;
  /** before the way is closed for a while */
  readonly triesLeft: number;
  /** ISO; null while tries are taken */
  readonly lockedUntil: string | null;
}

/** The PIN that leaves the kiosk (SPEC 7): its hash, the wrong tries and the lock-out, in one file of mode 0600. */
export interface KioskPin {
  isSet(): boolean;
  /** Takes a try. Five wrong ones close the way for five minutes, the next five for longer; a restart changes nothing. */
  check(pin: string): Promise<PinCheck>;
  /** Sets it without asking for the current one, and opens a closed way: for who may write the data directory. Faults: invalid_input, storage. */
  set(pin: string): Promise<void>;
  /** Sets it where none is set or `current` is right; a wrong one counts as a try. Faults: invalid_input, storage. */
  change(pin: string, current: string | null): Promise<PinCheck>;
}

export interface KioskPinPorts {
  readonly now: () => Date;
  /** milliseconds of a clock that nobody can set */
  readonly uptimeMs: () => number;
}

const stored = z.object({
  version: z.literal(1),
  salt: z.base64(),
  hash: z.base64(),
  wrongTries: z.int().min(0),
  /** how often the way was closed since the last right one */
  lockouts: z.int().min(0),
  lockedAt: z.iso.datetime().nullable(),
});

type Stored = z.infer<typeof stored>;

const triesPerLockout = 5;
const lockoutMinutes = [5, 15, 30, 60] as const;
const hashBytes = 32;
/** About 0.1 s and 32 MB for each try, in a thread of its own. */
const cost = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 2 ** 20 } as const;

const pinPattern = /^\d{4,12}$/u;

export function openKioskPin(dataDir: string, { now, uptimeMs }: KioskPinPorts): KioskPin {
  const path = join(dataDir, 'kiosk-pin.json');
  /** The lock-out as this process knows it: the wall clock may be moved, this one may not. */
  let opensAtUptime = 0;
  let seen: string | null = null;
  let last: Promise<unknown> = Promise.resolve();

  /** One try after the other: many at once must not share one count. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  }

  /** Milliseconds until tries are taken again. A clock that was put back does not make it longer than it was. */
  function remainingMs(pin: Stored): number {
    if (pin.lockedAt === null) return 0;
    if (seen !== pin.lockedAt) {
      const elapsed = Math.max(0, now().getTime() - Date.parse(pin.lockedAt));
      opensAtUptime = uptimeMs() + Math.max(0, lockoutMs(pin) - elapsed);
      seen = pin.lockedAt;
    }
    return Math.max(0, opensAtUptime - uptimeMs());
  }

  function outcome(accepted: boolean, pin: Stored): PinCheck {
    const closedMs = remainingMs(pin);
    return {
      accepted,
      triesLeft: closedMs > 0 ? 0 : triesPerLockout - pin.wrongTries,
      lockedUntil: closedMs > 0 ? new Date(now().getTime() + closedMs).toISOString() : null,
    };
  }

  async function tryOnce(given: string): Promise<PinCheck> {
    const pin = readPin(path);
    if (pin === null) return { accepted: false, triesLeft: 0, lockedUntil: null };
    if (remainingMs(pin) > 0) return outcome(false, pin);
    // Counted before it is looked at: who ends the process in between has used the try.
    const counted = countWrong(pin, now());
    await writeJsonFile(path, counted);
    const hash = await hashOf(given, Buffer.from(pin.salt, 'base64'));
    if (!timingSafeEqual(hash, Buffer.from(pin.hash, 'base64'))) return outcome(false, counted);
    const cleared = { ...pin, wrongTries: 0, lockouts: 0, lockedAt: null };
    await writeJsonFile(path, cleared);
    return outcome(true, cleared);
  }

  async function store(given: string): Promise<Stored> {
    if (!pinPattern.test(given)) throw new BackhaulError('invalid_input', 'A PIN is 4 to 12 digits.');
    const salt = randomBytes(16);
    const hash = await hashOf(given, salt);
    const pin: Stored = {
      version: 1,
      salt: salt.toString('base64'),
      hash: hash.toString('base64'),
      wrongTries: 0,
      lockouts: 0,
      lockedAt: null,
    };
    await writeJsonFile(path, pin).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      throw new BackhaulError('storage', `The PIN could not be stored: ${reason}`, { cause: error });
    });
    return pin;
  }

  return {
    isSet: () => readPin(path) !== null,
    check: (pin) => inTurn(() => tryOnce(pin)),
    set: (pin) => inTurn(async () => void (await store(pin))),
    change: (pin, current) =>
      inTurn(async () => {
        if (!pinPattern.test(pin)) throw new BackhaulError('invalid_input', 'A PIN is 4 to 12 digits.');
        if (readPin(path) !== null) {
          const checked = await tryOnce(current ?? '');
          if (!checked.accepted) return checked;
        }
        return outcome(true, await store(pin));
      }),
  };
}

function lockoutMs({ lockouts }: Stored): number {
  const minutes = lockoutMinutes[Math.min(lockouts, lockoutMinutes.length) - 1] ?? lockoutMinutes[0];
  return minutes * 60_000;
}

function countWrong(pin: Stored, at: Date): Stored {
  const wrongTries = pin.wrongTries + 1;
  if (wrongTries < triesPerLockout) return { ...pin, wrongTries, lockedAt: null };
  return { ...pin, wrongTries: 0, lockouts: pin.lockouts + 1, lockedAt: at.toISOString() };
}

/** Null where none is set. A damaged file holds no PIN that anybody could give. */
function readPin(path: string): Stored | null {
  try {
    return stored.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

function hashOf(pin: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(pin, salt, hashBytes, cost, (error, hash) => (error ? reject(error) : resolve(hash)));
  });
}
