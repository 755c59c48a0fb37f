import type { Logger } from '../log/logger.ts';

const againAfterMs = 1000;

/** Something that has to be made on a disk which may refuse for now. */
export interface Attempt {
  /** in words, for the log: `engine.json` */
  readonly what: string;
  readonly make: () => void | Promise<void>;
  /** whether it is worth trying again after this error */
  readonly mayPass: (error: unknown) => boolean;
}

/** An attempt that is made, or still being tried. */
export interface Attempting {
  /** Tries no more; resolves when nothing is being tried. */
  stop(): Promise<void>;
}

/**
 * Makes it, or where the disk refuses goes on without and tries again until it is made: a full disk must keep nobody from
 * seeing that it is full. Resolves after the first try.
 * @throws what `make` throws the first time, where that does not pass
 */
export async function tryUntilMade({ what, make, mayPass }: Attempt, log: Logger): Promise<Attempting> {
  let stopped = false;
  let waits = false;
  let timer: NodeJS.Timeout | undefined;
  let trying = Promise.resolve();

  async function attempt(): Promise<void> {
    try {
      await make();
      if (waits) log.info(`${what} is there now`);
    } catch (error) {
      if (!mayPass(error)) throw error;
      if (!waits) log.error(`${what} cannot be made yet; it is tried again`, { error: String(error) });
      waits = true;
      if (!stopped) timer = setTimeout(again, againAfterMs).unref();
    }
  }

  function again(): void {
    trying = attempt().catch((error: unknown) =>
      log.error(`${what} cannot be made`, { error: String(error) }),
    );
  }

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
export function isNoRoom(error: unknown): boolean {
  const { code, cause } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT' || (cause !== undefined && isNoRoom(cause));
}
