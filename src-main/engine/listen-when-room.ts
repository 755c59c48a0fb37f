import type { Logger } from './log/logger.ts';

const againAfterMs = 1000;

/** Sockets that are made as soon as the disk lets them. */
export interface RoomAwaited {
  /** Tries no more; resolves when nothing is being tried. */
  stop(): Promise<void>;
}

/**
 * Listens, or where the disk has no room for a socket file goes on without and tries again until it has: a full disk must
 * keep nobody from seeing that it is full.
 * @throws what `listen` throws for any other reason
 */
export async function listenWhenRoom(listen: () => Promise<void>, log: Logger): Promise<RoomAwaited> {
  let stopped = false;
  let waits = false;
  let timer: NodeJS.Timeout | undefined;

  async function attempt(): Promise<void> {
    try {
      await listen();
      if (waits) log.info('a socket that the disk had no room for is there now');
    } catch (error) {
      if (!isNoRoom(error)) throw error;
      if (!waits) log.error('a socket cannot be made yet; it is tried again', { error: String(error) });
      waits = true;
      if (!stopped) timer = setTimeout(again, againAfterMs).unref();
    }
  }

  function again(): void {
    trying = attempt().catch((error: unknown) =>
      log.error('a socket cannot be made', { error: String(error) }),
    );
  }

  let trying = Promise.resolve();
  await attempt();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await trying;
    },
  };
}

/** No block, no inode, or none within the quota. */
function isNoRoom(error: unknown): boolean {
  const { code, cause } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT' || (cause !== undefined && isNoRoom(cause));
}
