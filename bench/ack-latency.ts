import { setTimeout as delay } from 'node:timers/promises';
import { temporaryFolder } from '../e2e/support/temporary-folder.ts';
import type { Figure, Measurement } from './measurement.ts';
import { bridgeLines, openProducer } from './support/bridge-lines.ts';
import { cloudReady, noCloud, startEngineProcess } from './support/engine-process.ts';
import { fillDataDir } from './support/fill-database.ts';
import { makeRecording } from './support/recording.ts';
import { quantile } from './support/rounds.ts';

const locationId = 'store_shanghai_001';
const warmUpSeconds = 1;
const pending = 300_000;

/** From writing a line to reading its acknowledgement, at a steady pace (SPEC 15). */
export const ackLatency: Measurement = {
  name: 'ack-latency',
  async measure() {
    const folder = temporaryFolder('bench-ack');
    const engine = await startEngineProcess(folder.path, noCloud);
    try {
      const busy = await latencies(engine.bridgeSocket, { perSecond: 500, seconds: 10, round: 0 });
      const calm = await latencies(engine.bridgeSocket, { perSecond: 50, seconds: 5, round: 1 });
      const sending = await whileSending();
      return [
        figure('ack latency at 500 records/s, p50', busy, 0.5),
        { ...figure('ack latency at 500 records/s, p99', busy, 0.99), goal: { of: 'value', atMost: 300 } },
        {
          ...figure('ack latency at 50 records/s, p99', calm, 0.99),
          note: 'here the flush interval of 250 ms is what a line waits for',
        },
        {
          ...figure('ack latency at 500 records/s beside a full sync, p99', sending, 0.99),
          goal: { of: 'value', atMost: 300 },
          note: `${pending} pending records are sent to the local cloud meanwhile`,
        },
      ];
    } finally {
      await engine.stop();
      folder.remove();
    }
  },
};

/** The same pace while the engine sends what an outage left. */
async function whileSending(): Promise<number[]> {
  const folder = temporaryFolder('bench-ack-sync');
  await fillDataDir(folder.path, { locationId, records: pending, firstRound: 100 });
  const engine = await startEngineProcess(folder.path);
  try {
    await cloudReady(engine.client);
    const run = engine.client.call('sync.start', { mode: 'full', trigger: 'cli' });
    const measured = await latencies(engine.bridgeSocket, { perSecond: 500, seconds: 5, round: 0 });
    await engine.client.call('sync.cancel', {});
    await run;
    return measured;
  } finally {
    await engine.stop();
    folder.remove();
  }
}

function figure(name: string, milliseconds: readonly number[], share: number): Figure {
  return { name, value: quantile(milliseconds, share), unit: 'ms' };
}

interface Pace {
  readonly perSecond: number;
  readonly seconds: number;
  readonly round: number;
}

/** Sends what is due every few milliseconds, whether or not replies came: a slow engine slows no producer. */
async function latencies(path: string, { perSecond, seconds, round }: Pace): Promise<number[]> {
  const states = perSecond * (seconds + warmUpSeconds);
  const { lines } = bridgeLines(makeRecording({ locationId, states, round }));
  const writtenAt: number[] = [];
  const measured: number[] = [];
  const firstCounted = lines.length - perSecond * seconds;
  let answered = 0;
  const producer = await openProducer(path, (acknowledged) => {
    const now = performance.now();
    for (; answered < acknowledged; answered += 1) {
      if (answered >= firstCounted) measured.push(now - (writtenAt[answered] ?? now));
    }
  });
  const began = performance.now();
  while (writtenAt.length < lines.length) {
    const due = Math.floor(((performance.now() - began) / 1000) * perSecond);
    const text = lines.slice(writtenAt.length, due).join('');
    const now = performance.now();
    while (writtenAt.length < Math.min(due, lines.length)) writtenAt.push(now);
    if (text !== '') void producer.write(text);
    await delay(4);
  }
  await producer.acknowledged(lines.length);
  producer.close();
  return measured;
}
