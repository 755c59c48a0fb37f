import { afterEach, beforeEach } from 'vitest';
import { sendToBridge } from '../../e2e/support/bridge-lines.ts';
import { temporaryFolder } from '../../e2e/support/temporary-folder.ts';
import { silentLog } from '../../e2e/support/test-box.ts';
import { readEnvironment } from './config/environment.ts';
import { loadConfig } from './config/load-config.ts';
import { type Engine, startEngine } from './engine.ts';

/** A data directory whose engine is started anew to change what it is told. */
export interface SettingsBox {
  readonly path: string;
  /** ends the engine before it; `stays`: as the one of a console does */
  start(variables?: Readonly<Record<string, string>>, stays?: boolean): Promise<Engine>;
  /** a producer at the engine's socket; resolves when every line has its reply */
  produce(lines: readonly Readonly<Record<string, unknown>>[]): Promise<void>;
}

interface ClosableBox extends SettingsBox {
  close(): Promise<void>;
}

/** A camera with a password in its address. */
export const camera = {
  type: 'camera',
  camera_id: 'camera_35',
  location_id: 'store_1',
  camera_name: 'Hall',
  camera_ip_address: '10.0.0.35',
  rtsp_endpoint: 'rtsp://viewer:rtsp-"pass/word@10.0.0.35:554/stream1',
};

/** Registers what comes before and after each test of a file: a box of its own. */
export function withSettingsBox(): SettingsBox {
  let box: ClosableBox;
  beforeEach(() => {
    box = openBox();
  });
  afterEach(() => box.close());
  return {
    get path() {
      return box.path;
    },
    start: (variables, stays) => box.start(variables, stays),
    produce: (lines) => box.produce(lines),
  };
}

function openBox(): ClosableBox {
  const folder = temporaryFolder('settings');
  let engine: Engine | undefined;
  return {
    path: folder.path,
    async start(variables = {}, stays = false) {
      await engine?.close();
      const environment = readEnvironment({
        BACKHAUL_SCHEDULE_ENABLED: 'false',
        BACKHAUL_API_PORT: '0',
        ...variables,
      });
      engine = await startEngine(loadConfig(folder.path, environment), {
        environment,
        log: silentLog,
        now: () => new Date(),
        random: () => 0.1,
        stays,
      });
      return engine;
    },
    async produce(lines) {
      const info = await engine?.client.call('engine.info', {});
      const replies = await sendToBridge(info?.bridgeSocket ?? '', lines);
      if (replies.length < lines.length)
        throw new Error(`The bridge gave ${replies.length} of ${lines.length} replies.`);
    },
    async close() {
      await engine?.close();
      folder.remove();
    },
  };
}
