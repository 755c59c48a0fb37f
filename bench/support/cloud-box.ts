import { join } from 'node:path';
import Database from 'better-sqlite3';
import { temporaryFolder } from '../../e2e/support/temporary-folder.ts';
import { silentLog, targetOf } from '../../e2e/support/test-box.ts';
import type { TestCloud } from '../../e2e/support/test-cloud.ts';
import type { RunResult } from '../../src-main/contract/run-shapes.ts';
import { createCloudAccess } from '../../src-main/engine/cloud/service.ts';
import { configSchema } from '../../src-main/engine/config/schema.ts';
import { databaseFileName, openStorage, utcText } from '../../src-main/engine/storage/service.ts';
import { openSync } from '../../src-main/engine/sync/service.ts';
import { fillDatabase } from './fill-database.ts';
import { makeRecording, type Recording } from './recording.ts';

/** What one full run of Backhaul's own sync took. */
export interface TimedRun {
  readonly run: RunResult;
  /** from its beginning to the last mark: without the comparison that follows */
  readonly untilMarkedMs: number;
}

export interface BoxOptions {
  /** where the cloud is reached, if not at its own address */
  readonly url?: string;
  readonly lanes?: number;
}

/**
 * A box that the cloud knows holds the recording as pending rows, as after an outage, and sends all of it. Its
 * location and cameras were sent before; the sessions of the recording are new and go with this run.
 */
export async function sendAsBox(
  cloud: TestCloud,
  recording: Recording,
  { url, lanes }: BoxOptions = {},
): Promise<TimedRun> {
  const folder = temporaryFolder('bench-box');
  const dataDir = folder.path;
  const { locationId } = recording;
  const now = (): Date => new Date();
  const storage = await openStorage(dataDir, { locationId, timeZone: null, now });
  const target = await targetOf(cloud, locationId, url);
  const access = createCloudAccess({ dataDir, target, requestTimeoutMs: 30_000, now, respectHold: false });
  const config = { ...configSchema.parse(lanes === undefined ? {} : { sync: { lanes } }), dataDir };
  let markedAt = Number.NaN;
  const sync = await openSync({
    ...{
      storage,
      cloud: access,
      localCloud: () => access,
      config,
      log: silentLog,
      serviceInstance: 'bench-1',
      now,
    },
    random: Math.random,
    onProgress: ({ phase }) => {
      if (phase === 'verifying') markedAt = performance.now();
    },
  });
  const send = async (what: Recording): Promise<TimedRun> => {
    const db = new Database(join(dataDir, databaseFileName));
    fillDatabase(db, what, utcText(now()));
    db.close();
    const began = performance.now();
    const { run } = await sync.start({ mode: 'full', trigger: 'cli', dryRun: false });
    if (!run.verified || run.status !== 'success') throw new Error(`The run failed: ${run.error}`);
    return { run, untilMarkedMs: markedAt - began };
  };
  try {
    await send(makeRecording({ locationId, states: statesBefore, round: dayBefore }));
    return await send(recording);
  } finally {
    await sync.close();
    await access.close();
    await storage.close();
    folder.remove();
  }
}

const statesBefore = 10;
/** a round that no measurement uses */
const dayBefore = 400;
