import { randomUUID } from 'node:crypto';
import Database from 'better-sqlite3';
import type { RunProgress, RunResult, SyncMode } from '../../src-main/contract/run-shapes.ts';
import {
  type CloudAccess,
  type CloudTarget,
  createCloudAccess,
} from '../../src-main/engine/cloud/service.ts';
import { configSchema } from '../../src-main/engine/config/schema.ts';
import type { Logger } from '../../src-main/engine/log/logger.ts';
import { databaseFileName, openStorage, type Storage } from '../../src-main/engine/storage/service.ts';
import { openSync, type Sync } from '../../src-main/engine/sync/service.ts';
import { temporaryFolder } from './temporary-folder.ts';
import type { TestCloud } from './test-cloud.ts';

export const silentLog: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** Storage and sync of one box, without capture; rows come in as other writers make them. */
export interface TestBox {
  readonly dataDir: string;
  readonly locationId: string;
  readonly storage: Storage;
  readonly sync: Sync;
  readonly progress: readonly RunProgress[];
  /** a connection of its own, as another process has */
  readonly other: Database.Database;
  run(
    mode?: SyncMode,
    options?: { readonly dryRun?: boolean; readonly streams?: readonly string[] },
  ): Promise<RunResult>;
  /** stops and starts the engine's parts on the same file, against another cloud if given */
  reopen(target?: CloudTarget): Promise<TestBox>;
  close(): Promise<void>;
}

export interface TestBoxOptions {
  readonly locationId?: string;
  readonly dataDir?: string;
  readonly timeZone?: string;
  readonly attempts?: number;
  readonly batchSize?: number;
  readonly now?: () => Date;
}

/** How a box reaches a test cloud: by its address, a publishable key and a device token. */
export async function targetOf(cloud: TestCloud, locationId: string, url = cloud.url): Promise<CloudTarget> {
  return { kind: 'supabase', url, apiKey: cloud.apiKey, deviceToken: await cloud.token(locationId) };
}

export async function openTestBox(
  cloud: TestCloud,
  options: TestBoxOptions = {},
  target?: CloudTarget,
): Promise<TestBox> {
  const locationId = options.locationId ?? `store_${randomUUID().slice(0, 8)}`;
  const folder = options.dataDir === undefined ? temporaryFolder('box') : null;
  const dataDir = options.dataDir ?? folder?.path ?? '';
  return assemble(dataDir, locationId, options, target ?? (await targetOf(cloud, locationId)), () =>
    folder?.remove(),
  );
}

async function assemble(
  dataDir: string,
  locationId: string,
  options: TestBoxOptions,
  target: CloudTarget,
  remove: () => void,
): Promise<TestBox> {
  const now = options.now ?? ((): Date => new Date());
  const parsed = configSchema.parse({
    sync: { attempts: options.attempts ?? 3, batchSize: options.batchSize ?? 1000 },
  });
  const config = { ...parsed, dataDir };
  const storage = await openStorage(dataDir, { locationId, timeZone: options.timeZone ?? null, now });
  const accessTo = (to: CloudTarget): CloudAccess =>
    createCloudAccess({ dataDir, target: to, requestTimeoutMs: 10_000, now, respectHold: false });
  const cloud = accessTo(target);
  const progress: RunProgress[] = [];
  const sync = await openSync({
    storage,
    cloud,
    localCloud: () => accessTo({ kind: 'local' }),
    config,
    log: silentLog,
    serviceInstance: 'test-1',
    now,
    random: () => 0.05,
    onProgress: (one) => progress.push(one),
  });
  const other = new Database(`${dataDir}/${databaseFileName}`, { timeout: 5000 });
  const shut = async (): Promise<void> => {
    other.close();
    await sync.close();
    await cloud.close();
    await storage.close();
  };
  return {
    dataDir,
    locationId,
    storage,
    sync,
    progress,
    other,
    async run(mode = 'full', { dryRun = false, streams } = {}) {
      return (await sync.start({ mode, trigger: 'cli', dryRun, streams })).run;
    },
    async reopen(other = target) {
      await shut();
      return assemble(dataDir, locationId, options, other, remove);
    },
    async close() {
      await shut();
      remove();
    },
  };
}

/** A division state as another process writes it: plainly, with no parents. */
export function insertDivisionState(
  box: TestBox,
  frame: number,
  row: Readonly<Record<string, unknown>> = {},
): number {
  const values = {
    session_id: 'session_1',
    camera_id: 'camera_35',
    location_id: box.locationId,
    frame_number: frame,
    timestamp_video: frame / 10,
    timestamp_recorded: '2026-11-20 12:00:00+08:00',
    state: 'GREEN',
    walking_area_waiters: 1,
    service_area_waiters: 0,
    total_staff: 1,
    ...row,
  };
  const names = Object.keys(values);
  const sql = `INSERT INTO division_states (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
  return Number(box.other.prepare(sql).run(...Object.values(values)).lastInsertRowid);
}
