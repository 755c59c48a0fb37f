import type { BackhaulError } from '../../contract/errors.ts';
import { type CloudAccess, refusedAccess } from './cloud-access.ts';

const tryAgainMs = 30_000;

/**
 * Stands in where the way to the cloud could not be made for now (a keychain that is locked): who asks tries again,
 * at most every half minute, and from then on has the real one.
 */
export function retriedAccess(
  first: BackhaulError,
  make: () => Promise<CloudAccess>,
  monotonicMs: () => number = () => performance.now(),
): CloudAccess {
  let access = refusedAccess(first);
  let made = false;
  let triedAt = monotonicMs();
  let trying: Promise<void> | null = null;

  async function retry(): Promise<CloudAccess> {
    if (made || monotonicMs() - triedAt < tryAgainMs) return access;
    trying ??= make()
      .then((real) => {
        access = real;
        made = true;
      })
      .catch(() => undefined)
      .finally(() => {
        triedAt = monotonicMs();
        trying = null;
      });
    await trying;
    return access;
  }

  return {
    kind: 'supabase',
    get fault() {
      return access.fault;
    },
    open: async (locationId, signal) => (await retry()).open(locationId, signal),
    ensure: async (signal) => (await retry()).ensure(signal),
    status: async () => (await retry()).status(),
    lastToken: () => access.lastToken(),
    forgetSignIn: () => access.forgetSignIn(),
    close: () => access.close(),
  };
}
