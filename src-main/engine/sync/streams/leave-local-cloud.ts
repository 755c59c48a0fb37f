import { BackhaulError } from '../../../contract/errors.ts';
import type { SyncOptions } from '../sync-options.ts';
import { bringOver } from './bring-over.ts';

/**
 * Starts the local cloud that the marks belong to and reads back what only it holds.
 * @throws BackhaulError `unavailable` where it cannot be had; nothing has been switched then
 */
export async function leaveLocalCloud(
  { storage, localCloud }: SyncOptions,
  former: string,
  locationId: string,
  signal: AbortSignal,
): Promise<number> {
  const access = localCloud();
  try {
    const session = await access.open(locationId, signal);
    if (session.identity !== former)
      throw new BackhaulError('not_found', 'The local cloud of this box was made anew since.');
    return await bringOver({ storage, session, locationId, signal });
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    throw new BackhaulError(
      'unavailable',
      `What only the local cloud holds could not be read, so nothing was switched: ${reason} Try again, or leave those records behind: backhaul cloud switch --leave-behind`,
      { cause: error },
    );
  } finally {
    await access.close();
  }
}
