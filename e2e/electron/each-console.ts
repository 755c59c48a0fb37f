import { test } from 'playwright/test';
import { prepareCloud } from '../support/prepared-cloud.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type ConsoleOptions, type OpenConsole, openConsole } from './console.ts';

export type StartOptions = Omit<ConsoleOptions, 'dataDir'>;

/** Only a click sends: what waits would else go by itself when a cloud that was slow for a moment answers again. */
export const onlyClicksSend = { BACKHAUL_SYNC_CATCH_UP: 'false' };

/** A data directory, and a console on it, for each test of a file. */
export interface EachConsole {
  /** of this test; gone after it */
  readonly path: string;
  /** the one that was started last. @throws where none is open */
  readonly open: OpenConsole;
  start(options?: StartOptions): Promise<OpenConsole>;
  /** the test has closed it by itself */
  ended(): void;
}

/**
 * Once at the head of a file: registers what comes before and after each of its tests.
 * @param cloud `new` where the console itself makes the local cloud of its box, as at the very first start
 */
export function eachConsole(
  { cloud }: { readonly cloud: 'new' | 'prepared' } = { cloud: 'prepared' },
): EachConsole {
  let folder = { path: '', remove(): void {} };
  let open: OpenConsole | null = null;
  test.beforeEach(async () => {
    folder = temporaryFolder('window');
    if (cloud === 'prepared') await prepareCloud(folder.path);
  });
  test.afterEach(async () => {
    await open?.app.close();
    open = null;
    folder.remove();
  });
  return {
    get path() {
      return folder.path;
    },
    get open() {
      if (open === null) throw new Error('No console is open.');
      return open;
    },
    async start(options = {}) {
      open = await openConsole({ dataDir: folder.path, ...options });
      return open;
    },
    ended() {
      open = null;
    },
  };
}

/** One console for all tests of a file, none of which leaves anything behind that another sees. */
export interface SharedConsole {
  readonly path: string;
  readonly open: OpenConsole;
}

/** Once at the head of a file: opens the console before its first test and closes it after the last. */
export function sharedConsole(options: StartOptions = {}): SharedConsole {
  const shared = { path: '', open: null as OpenConsole | null };
  let remove = (): void => undefined;
  test.beforeAll(async () => {
    const folder = temporaryFolder('window');
    ({ path: shared.path, remove } = folder);
    await prepareCloud(folder.path);
    shared.open = await openConsole({ dataDir: folder.path, ...options });
  });
  test.afterAll(async () => {
    await shared.open?.app.close();
    remove();
  });
  return {
    get path() {
      return shared.path;
    },
    get open() {
      if (shared.open === null) throw new Error('No console is open.');
      return shared.open;
    },
  };
}
