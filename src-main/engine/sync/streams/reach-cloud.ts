import { BackhaulError } from '../../../contract/errors.ts';
import { type CloudAccess, type CloudSession, dispositionOf } from '../../cloud/service.ts';
import type { Config } from '../../config/load-config.ts';
import { readSetting, type Storage, writeSetting } from '../../storage/service.ts';
import { retrying } from '../retry.ts';

export interface ReachOptions {
  readonly storage: Storage;
  readonly cloud: CloudAccess;
  readonly config: Config;
  readonly random: () => number;
}

/** Reaches the cloud, and makes sure that it is the one the marks belong to. */
export async function reachCloud(
  options: ReachOptions,
  locationId: string,
  signal: AbortSignal,
): Promise<CloudSession> {
  const { storage, cloud } = options;
  const session = await cloud.open(locationId, signal);
  refuseOtherCloud(readSetting(storage.reader, 'cloud'), session.identity);
  if (readSetting(storage.reader, 'cloud') === null) {
    // A cloud that never answered, perhaps a slip in its address, must not be the one the marks belong to.
    await probeCloud(options, session, signal);
    await storage.transaction((db) => writeSetting(db, 'cloud', session.identity));
  }
  return session;
}

function refuseOtherCloud(marked: string | null, identity: string): void {
  if (marked === null || marked === identity) return;
  throw new BackhaulError(
    'misconfigured',
    `The marks in this database belong to another cloud (${marked}), this box is now set to ${identity}. Nothing was sent; run "backhaul cloud switch" to send everything that is held to the new one, or set the old one again.`,
    { details: { otherCloud: true } },
  );
}

/** Asks for nothing but an answer, as patiently as for a batch. A run that has something to send needs no such question. */
export async function probeCloud(
  options: ReachOptions,
  session: CloudSession,
  signal: AbortSignal,
): Promise<void> {
  await retrying(() => session.probe(signal), {
    attempts: options.config.sync.attempts,
    signal,
    random: options.random,
    waitFor: (error) => {
      if (dispositionOf(error) !== 'again') return null;
      return { atLeastMs: error instanceof BackhaulError ? (error.retryAfterMs ?? 0) : 0 };
    },
  });
}
