import { join, resolve } from 'node:path';

/** Everything the local cloud keeps, all of it below `<dataDir>/local-cloud` (SPEC 5.6). */
export interface LocalCloudPaths {
  readonly dataDir: string;
  readonly folder: string;
  readonly database: string;
  readonly logs: string;
  readonly lock: string;
  readonly state: string;
  readonly ports: string;
  readonly secrets: string;
  /** Its presence means: `cloud stop` was said, nothing restarts the cloud by itself. */
  readonly hold: string;
}

export function localCloudPaths(dataDir: string): LocalCloudPaths {
  const folder = join(resolve(dataDir), 'local-cloud');
  return {
    dataDir: resolve(dataDir),
    folder,
    database: join(folder, 'postgres'),
    logs: join(folder, 'logs'),
    lock: join(folder, 'supervisor.lock.db'),
    state: join(folder, 'state.json'),
    ports: join(folder, 'ports.json'),
    secrets: join(folder, 'secrets.json'),
    hold: join(folder, 'held'),
  };
}
