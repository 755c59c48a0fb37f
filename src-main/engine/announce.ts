import type { Client } from '../contract/client.ts';
import { type Api, startApi } from './api/service.ts';
import type { Config } from './config/load-config.ts';
import type { Logger } from './log/logger.ts';
import { keepEngineAddress } from './rpc/engine-address.ts';
import type { SocketPaths } from './rpc/socket-path.ts';
import { type Storage, wasReplaced } from './storage/service.ts';
import { version } from './version.ts';

export interface AnnounceParts {
  readonly config: Config;
  readonly client: Client;
  readonly log: Logger;
  readonly now: () => Date;
  readonly storage: Storage;
  readonly sockets: SocketPaths;
  /** whether other programs of the box are answered over HTTP */
  readonly answers: boolean;
  /** lines of the bridge since the start */
  readonly committedLines: () => number;
}

/** Makes the engine known to other programs: by its API, and by engine.json, which says where everything is. */
export async function announceEngine(parts: AnnounceParts): Promise<{ close(): Promise<void> }> {
  const { config, client, log, now, storage, sockets, answers, committedLines } = parts;
  // Who finds the socket looks into engine.json at once, however long the API takes.
  const kept = await keepEngineAddress(
    config.dataDir,
    { pid: process.pid, version, ...sockets, api: null },
    log,
  );
  const engine = {
    ...{ version, committedLines },
    storage: {
      path: storage.path,
      waitsFor: () => storage.readOnlyReason,
      damagedFiles: () => storage.salvage.list().filter(({ file }) => !wasReplaced(file)).length,
    },
  };
  const api: Api | null = answers
    ? await startApi({
        ...{ port: config.api.port, dataDir: config.dataDir, client, log, now, engine },
        onAddress: (address) => void kept.change({ api: address }),
      })
    : null;
  if (api !== null) await kept.change({ api: api.address() });
  return {
    async close() {
      await api?.close();
      await kept.remove();
    },
  };
}
