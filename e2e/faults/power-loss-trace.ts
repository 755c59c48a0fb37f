import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { databaseFileName } from '../../src-main/engine/storage/service.ts';
import { ndjson } from '../support/records.ts';
import { type AckEvent, ackEvents, type DiskEvent, diskEvents } from './power-loss-events.ts';
import { makeMarkedLines, type SentState } from './power-loss-recording.ts';
import { readTrace, type SystemCall, startTraced } from './syscall-trace.ts';

/** What a process did to its database, what it acknowledged meanwhile, and what it had been sent. */
export interface Traced {
  /** the trace as strace wrote it */
  readonly file: string;
  readonly database: string;
  readonly events: readonly DiskEvent[];
  readonly acks: readonly AckEvent[];
  readonly sent: readonly SentState[];
}

const states = 1000;

/** An engine from its first start to a clean end, with a producer that never waits for all of its acks. */
export async function traceEngine(folder: string): Promise<Traced> {
  const [dataDir, file] = [join(folder, 'engine', 'data'), join(folder, 'engine.trace')];
  const engine = startTraced(['engine', '--no-api'], file, {
    dataDir,
    env: { BACKHAUL_CAPTURE_BATCH_SIZE: '6' },
  });
  await engine.says(/engine started/);
  const address = JSON.parse(readFileSync(join(dataDir, 'engine.json'), 'utf8')) as {
    readonly bridge: string;
    readonly pid: number;
  };
  await produce(address.bridge);
  process.kill(address.pid, 'SIGTERM');
  await expectEnd(engine.finished);
  return readTraced(file);
}

/** Sends six to ten lines at a time and goes on while the last five wait: commit after commit. */
async function produce(bridge: string): Promise<void> {
  const { lines } = makeMarkedLines(states);
  const socket = connect(bridge);
  const replies = createInterface({ input: socket })[Symbol.asyncIterator]();
  let heard = 0;
  for (let from = 0; from < lines.length; ) {
    const to = Math.min(lines.length, from + 6 + (from % 5));
    socket.write(ndjson(lines.slice(from, to)));
    for (; heard < (to === lines.length ? to : to - 5); heard += 1) await replies.next();
    from = to;
  }
  socket.destroy();
}

/** `ingest --ack` of everything at once, in whatever batches the engine makes of it. */
export async function traceIngest(folder: string): Promise<Traced> {
  const [dataDir, file] = [join(folder, 'ingest'), join(folder, 'ingest.trace')];
  const input = ndjson(makeMarkedLines(states).lines);
  await expectEnd(startTraced(['ingest', '-', '--ack'], file, { dataDir, input }).finished);
  return readTraced(file);
}

async function expectEnd(finished: Promise<{ code: number | null; stderr: string }>): Promise<void> {
  const { code, stderr } = await finished;
  if (code !== 0) throw new Error(`The traced command ended with ${code}: ${stderr}`);
}

/** Reads a trace, also one that was kept. */
export function readTraced(file: string): Traced {
  const calls = readTrace(file);
  const database = databaseOf(calls);
  const { sent } = makeMarkedLines(states);
  return { file, database, sent, events: diskEvents(calls, database), acks: ackEvents(calls) };
}

function databaseOf(calls: readonly SystemCall[]): string {
  for (const { name, args } of calls) {
    const [, path] = name === 'openat' ? (/"([^"]*)", .*O_CREAT/.exec(args) ?? []) : [];
    if (path?.endsWith(`/${databaseFileName}`)) return path;
  }
  throw new Error(`The trace opens no ${databaseFileName}.`);
}
