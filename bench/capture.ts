import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import Database from 'better-sqlite3';
import { temporaryFolder } from '../e2e/support/temporary-folder.ts';
import { silentLog } from '../e2e/support/test-box.ts';
import { startCapture } from '../src-main/engine/capture/service.ts';
import { databaseFileName, openStorage, utcText } from '../src-main/engine/storage/service.ts';
import type { Figure, Measurement } from './measurement.ts';
import { type BareInserts, bareRows, openBareInserts } from './support/bare-inserts.ts';
import { bridgeLines, openProducer } from './support/bridge-lines.ts';
import { type EngineProcess, noCloud, startEngineProcess } from './support/engine-process.ts';
import { cpuSecondsOf, type MemoryUse, memoryOf } from './support/process-usage.ts';
import { makeRecording, type Recording } from './support/recording.ts';
import { alternating, compared, median } from './support/rounds.ts';

const rounds = 5;
const records = 100_000;
const mostOneByOne = 1_000;
const longestOneByOneMs = 1_000;

/**
 * Durable capture (SPEC 15): lines through the bridge's socket into an engine of its own, until the last is
 * acknowledged. Each side keeps one file over all rounds, so that all of them grow alike.
 */
export const capture: Measurement = {
  name: 'capture',
  async measure(say) {
    const folder = temporaryFolder('bench-capture');
    const dir = (name: string): string => join(folder.path, name);
    const engine = await startEngineProcess(dir('engine'), noCloud);
    const bare = await openBareInserts(dir('bare'), 'WAL');
    const oneByOne = await openBareInserts(dir('one-by-one'), 'DELETE');
    const inProcess = await openInProcess(dir('in-process'));
    try {
      let batchSize = 1000;
      const processor: Processor = { bridge: [], loop: [] };
      const figures = await alternating(
        rounds,
        async (round) => {
          const result = await throughBridge(engine, recordingOf(round, records));
          batchSize = result.batchSize;
          if (round > 0) processor.bridge.push(result.processorUs);
          say(`round ${round}: ${Math.round(result.rate)} records/s in batches of ${batchSize}`);
          return result.rate;
        },
        async (round) => {
          const result = insertAll(bare, recordingOf(round, records), batchSize);
          if (round > 0) processor.loop.push(result.processorUs);
          return result.rate;
        },
        async (round) => insertSingly(oneByOne, recordingOf(round, mostOneByOne)),
        async (round) => inProcess.take(recordingOf(round, records)),
      );
      const memory = memoryOf(engine.pid);
      await engine.stop();
      bare.close();
      checkSameRows(join(dir('engine'), databaseFileName), bare.path, (rounds + 1) * records);
      return [...figuresOf(figures, processor, batchSize), memoryFigure(memory)];
    } finally {
      await engine.stop();
      for (const one of [bare, oneByOne]) one.close();
      await inProcess.close();
      folder.remove();
    }
  },
};

/** Microseconds of processor time a record, round by round. */
interface Processor {
  readonly bridge: number[];
  readonly loop: number[];
}

function figuresOf(
  [bridge = [], loop = [], single = [], inside = []]: number[][],
  processor: Processor,
  batch: number,
): Figure[] {
  return [
    compared(bridge, loop, {
      name: 'capture: lines acknowledged',
      unit: 'records/s',
      against: `bare prepared inserts, ${batch} a commit`,
      ratioIs: 'over',
      goal: { of: 'ratio', atLeast: 0.6 },
    }),
    compared(bridge, single, {
      name: 'capture: lines acknowledged',
      unit: 'records/s',
      against: 'one commit a record, rollback journal',
      ratioIs: 'over',
      goal: { of: 'ratio', atLeast: 40 },
    }),
    {
      name: 'capture: sustained',
      value: median(bridge),
      unit: 'records/s',
      goal: { of: 'value', atLeast: 20_000 },
      note: `${records} lines a round, until the last ack`,
    },
    compared(processor.bridge, processor.loop, {
      name: 'capture: processor time of the engine',
      unit: 'µs/record',
      against: `bare prepared inserts, ${batch} a commit`,
      ratioIs: 'under',
      note: 'unlike the rates, hardly touched by what else the machine does',
    }),
    compared(inside, loop, {
      name: 'capture: without the socket',
      unit: 'records/s',
      against: `bare prepared inserts, ${batch} a commit`,
      ratioIs: 'over',
      note: 'the same lines from memory, engine parts and producer in one thread',
    }),
  ];
}

function memoryFigure({ residentMb, peakMb }: MemoryUse): Figure {
  return {
    name: 'capture: memory of the engine',
    value: peakMb,
    unit: 'MB',
    note: `the most it ever had; ${Math.round(residentMb)} MB after the last round`,
  };
}

function recordingOf(round: number, states: number): Recording {
  return makeRecording({ locationId: 'store_shanghai_001', states, round });
}

interface Taken {
  /** records a second */
  readonly rate: number;
  /** processor time a record, microseconds */
  readonly processorUs: number;
}

async function throughBridge(
  engine: EngineProcess,
  recording: Recording,
): Promise<Taken & { readonly batchSize: number }> {
  const { lines, pieces } = bridgeLines(recording);
  const commitsBefore = (await engine.client.call('capture.get', {})).total_commits;
  const producer = await openProducer(engine.bridgeSocket);
  const processorBefore = cpuSecondsOf(engine.pid);
  const began = performance.now();
  const last = producer.acknowledged(lines.length);
  for (const piece of pieces) await producer.write(piece);
  await last;
  const seconds = (performance.now() - began) / 1000;
  const processor = cpuSecondsOf(engine.pid) - processorBefore;
  producer.close();
  const commits = (await engine.client.call('capture.get', {})).total_commits - commitsBefore;
  const count = recording.states.length;
  return {
    rate: count / seconds,
    processorUs: (processor * 1e6) / count,
    batchSize: Math.ceil(lines.length / commits),
  };
}

function insertAll(into: BareInserts, recording: Recording, batchSize: number): Taken {
  const rows = bareRows(recording, utcText(new Date()));
  const processorBefore = process.cpuUsage();
  const began = performance.now();
  into.insert(rows, batchSize);
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(processorBefore);
  return { rate: rows.length / seconds, processorUs: (user + system) / rows.length };
}

/** As many as there is time for: on some disks a commit takes 10 ms. */
async function insertSingly(into: BareInserts, recording: Recording): Promise<number> {
  const began = performance.now();
  let done = 0;
  for (const row of bareRows(recording, utcText(new Date()))) {
    if (performance.now() - began > longestOneByOneMs) break;
    into.insert([row], 1);
    done += 1;
  }
  return done / ((performance.now() - began) / 1000);
}

interface InProcess {
  take(recording: Recording): Promise<number>;
  close(): Promise<void>;
}

/** Capture on streams in this process: what the socket and the second process cost or save. */
async function openInProcess(dataDir: string): Promise<InProcess> {
  const now = (): Date => new Date();
  const storage = await openStorage(dataDir, { locationId: null, timeZone: null, now });
  const config = { location: { timezone: null }, capture: { batchSize: 100, flushIntervalMs: 250 } };
  const running = startCapture({ storage, config, log: silentLog, now, dataDir });
  return {
    async take(recording) {
      const { pieces } = bridgeLines(recording);
      const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
      const began = performance.now();
      const summary = await running.connect(Readable.from(pieces), nowhere, { source: 'bench' });
      if (summary.refused > 0) throw new Error(`${summary.refused} lines were refused.`);
      return recording.states.length / ((performance.now() - began) / 1000);
    },
    async close() {
      await running.close();
      await storage.close();
    },
  };
}

/** Both sides did the same work: the same rows, all of them. */
function checkSameRows(path: string, other: string, expected: number): void {
  const db = new Database(path, { readonly: true });
  db.prepare('ATTACH ? AS other').run(other);
  const head = 'session_id, camera_id, location_id, frame_number, timestamp_video, timestamp_recorded, state';
  const count = (sql: string): number =>
    (db.prepare(`SELECT count(*) AS n FROM ${sql}`).get() as { n: number }).n;
  let rows = 0;
  for (const [table, rest] of [
    ['division_states', 'screenshot_path, walking_area_waiters, service_area_waiters, total_staff'],
    ['table_states', 'screenshot_path, table_id, customers_count, waiters_count'],
  ]) {
    rows += count(`${table}`);
    const differing = count(
      `(SELECT ${head}, ${rest} FROM main.${table} EXCEPT SELECT ${head}, ${rest} FROM other.${table})`,
    );
    if (differing > 0) throw new Error(`${differing} rows of ${table} differ from the bare loop's.`);
  }
  db.close();
  if (rows !== expected) throw new Error(`${rows} rows were stored, not ${expected}.`);
}
