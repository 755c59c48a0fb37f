import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type AttachedEngine, attachEngine } from '../../src-main/engine/rpc/attach.ts';
import { databaseFileName } from '../../src-main/engine/storage/service.ts';
import { type CommandOptions, type RunningCommand, startBackhaul } from '../support/command-line.ts';
import { type CuttingProxy, startCuttingProxy } from '../support/cutting-proxy.ts';
import { makeRecording, type Recording, wallClock } from '../support/records.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { damage, keyOf } from './damage.ts';
import { type FaultyClock, faultyClock, mountSmallDisk, unmount } from './deeds.ts';
import type { FaultCloud } from './fault-cloud.ts';
import type { Plan } from './plan.ts';
import { type ReadOnlyFiles, readOnlyFiles } from './read-only.ts';

const run = promisify(execFile);

/** Days that the cloud still has whole: of older ones a comparison says nothing. */
const dayMs = 86_400_000;

/** One store under test: its data directory, its way to the cloud, what it has been told. */
export interface Store {
  readonly dataDir: string;
  readonly locationId: string;
  readonly recording: Recording;
  readonly cloud: FaultCloud;
  readonly proxy: CuttingProxy;
  readonly clock: FaultyClock;
  /** rows that must be in the cloud at the end */
  expected(): readonly string[];
  /** sessions that must be */
  sessions(): readonly string[];
  start(args: readonly string[], input?: string): RunningCommand;
  attach(): Promise<AttachedEngine | null>;
  /** a full run; where it says that all is verified, the cloud must hold what was acknowledged before it began */
  sync(engine: AttachedEngine): Promise<void>;
  /** state rows that were acknowledged so far */
  acknowledged: () => number;
  /** another program inserts rows into the file, as older store scripts do */
  writeFromOutside(rows: number): Promise<void>;
  readonly lies: string[];
  /** rows that cannot be read any more and had not been sent */
  readonly destroyed: ReadonlySet<string>;
  /** Destroys pages of the file; says what it came to. */
  damage(pages: number): Promise<string>;
  /** the data directory lies on a disk of its own, which may be filled; only root can have one */
  readonly smallDisk: boolean;
  readonly readOnly: ReadOnlyFiles;
  close(): Promise<void>;
}

/** Makes the store of a plan; `library` is libfaketime's. */
export async function openStore(plan: Plan, cloud: FaultCloud, library: string): Promise<Store> {
  const folder = temporaryFolder('fault');
  const locationId = `store_${process.pid}_${plan.seed}_${Date.now().toString(36)}`;
  const dataDir = join(folder.path, 'd');
  mkdirSync(dataDir, { mode: 0o700 });
  const smallDisk = plan.smallDisk && process.getuid?.() === 0;
  if (smallDisk) await mountSmallDisk(dataDir);
  const sync = { attempts: 2, requestTimeoutMs: 1000, batchSize: plan.batchSize, lanes: plan.lanes };
  writeFileSync(join(dataDir, 'config.json'), JSON.stringify({ location: { id: locationId }, sync }));
  const proxy = await startCuttingProxy(cloud.url);
  const startMs = Math.floor(Date.now() / dayMs - 2) * dayMs;
  const recording = makeRecording({ locationId, states: plan.states, sessions: plan.sessions, startMs });
  const clock = faultyClock(library, join(folder.path, 'clock'));
  const env = {
    ...clock.env,
    SUPABASE_URL: proxy.url,
    SUPABASE_PUBLISHABLE_KEY: cloud.apiKey,
    BACKHAUL_DEVICE_TOKEN: await cloud.token(locationId),
    NODE_COMPILE_CACHE: cloud.compiled,
  };
  const outside = otherWriter(dataDir, locationId, startMs);
  const lies: string[] = [];
  const destroyed = new Set<string>();
  const random = seededRandom(plan.seed);
  const store: Store = {
    dataDir,
    locationId,
    recording,
    cloud,
    proxy,
    clock,
    lies,
    destroyed,
    readOnly: readOnlyFiles(dataDir),
    async damage(pages) {
      await store.readOnly.end();
      const left = await damage(join(dataDir, databaseFileName), pages, random);
      if (left === null) return 'nothing to damage';
      const told = new Set([...acknowledgedKeys(store), ...outside.rows.map(keyOf)]);
      for (const row of store.expected()) {
        const key = keyOf(row);
        if (told.has(key) && !left.has(key)) destroyed.add(row);
      }
      return `${pages} pages are noise, ${left.size} states can be read`;
    },
    smallDisk,
    acknowledged: () => 0,
    expected: () => [...recording.rows, ...outside.rows],
    sessions: () => [...recording.sessions, ...outside.sessions],
    start: (args, input) => {
      const options: CommandOptions = { dataDir, env, group: true, withinMs: 40_000 };
      return startBackhaul(args, input === undefined ? options : { ...options, input });
    },
    attach: () => attachEngine(dataDir),
    async sync(engine) {
      const before = store.acknowledged();
      const answer = await engine.call('sync.start', { mode: 'full' }).catch(() => null);
      // A request that joined a run under way is answered by one that began before it.
      if (answer === null || answer.joined || answer.run.status !== 'success' || !answer.run.verified) return;
      const held = await cloud.checker.count(locationId);
      if (held + destroyed.size < before)
        lies.push(
          `a run was called verified with ${held} records in the cloud, ${before} were acknowledged before it and ${destroyed.size} of all destroyed`,
        );
    },
    writeFromOutside: (rows) => outside.write(rows),
    async close() {
      await proxy.close();
      await store.readOnly.end();
      if (smallDisk) await unmount(dataDir);
      folder.remove();
    },
  };
  return store;
}

/** The sqlite3 shell in the part of an older script. */
function otherWriter(dataDir: string, locationId: string, videoStartMs: number) {
  const session = `${wallClock(videoStartMs, 8).slice(0, 10).replaceAll('-', '')}_080000_camera_90`;
  const rows: string[] = [];
  let frame = 0;
  return {
    rows,
    get sessions() {
      return rows.length > 0 ? [session] : [];
    },
    async write(many: number): Promise<void> {
      const file = join(dataDir, 'detection_data.db');
      if (!existsSync(file)) return;
      const values: string[] = [];
      const written: string[] = [];
      for (let index = 0; index < many; index += 1) {
        frame += 1;
        const at = wallClock(videoStartMs + frame * 1000, 8).slice(0, 19);
        values.push(`('${session}','camera_90','${locationId}',${frame},${frame},'${at}','RED',1,2,3)`);
        written.push(
          JSON.stringify([
            ...['division', locationId, session, 'camera_90', frame, frame, videoStartMs + frame * 1000],
            ...['RED', 1, 2, 3],
          ]),
        );
      }
      const sql = `BEGIN IMMEDIATE; INSERT INTO division_states (session_id, camera_id, location_id, frame_number,
        timestamp_video, timestamp_recorded, state, walking_area_waiters, service_area_waiters, total_staff)
        VALUES ${values.join(', ')}; COMMIT;`;
      // A disk that is full refuses it; then it was never said.
      const done = await run('sqlite3', ['-bail', '-cmd', '.timeout 5000', file, sql]).then(
        () => true,
        () => false,
      );
      if (done) rows.push(...written);
    },
  };
}

/** Parents are said first, then states in order. */
function acknowledgedKeys({ recording, acknowledged }: Store): string[] {
  const parents = recording.lines.length - recording.rows.length;
  return recording.lines
    .slice(parents, parents + acknowledged())
    .map((line) => `${line.session_id}/${line.frame_number}/${line.table_id ?? ''}`);
}
