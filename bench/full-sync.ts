import { startTestCloud, type TestCloud } from '../e2e/support/test-cloud.ts';
import type { Figure, Measurement } from './measurement.ts';
import { expectInCloud, insertBatches, postBatches } from './support/bare-requests.ts';
import { type BoxOptions, sendAsBox } from './support/cloud-box.ts';
import { type DelayProxy, startDelayProxy } from './support/delay-proxy.ts';
import { makeRecording, type Recording } from './support/recording.ts';
import { alternating, compared, median } from './support/rounds.ts';

const records = 24_000;
const batchSize = 1000;
const nearRounds = 4;
const farRounds = 2;
const roundTripMs = 100;

/** A full sync of what an outage left, against the least that sends the same batches (SPEC 15). */
export const fullSync: Measurement = {
  name: 'full-sync',
  async measure() {
    const cloud = await startTestCloud();
    let proxy: DelayProxy | null = null;
    try {
      const near = await nearFigures(cloud);
      proxy = await startDelayProxy(cloud.url, roundTripMs);
      return [...near, ...(await farFigures(cloud, proxy.url))];
    } finally {
      await proxy?.close();
      await cloud.close();
    }
  },
};

async function nearFigures(cloud: TestCloud): Promise<Figure[]> {
  const verified: number[] = [];
  const [marked = [], loop = [], database = []] = await alternating(
    nearRounds,
    async (round) => {
      const { whole, marked } = await backhaulSync(cloud, recordingOf('near', round));
      if (round > 0) verified.push(whole);
      return marked;
    },
    async (round) => (await postBatches(cloud, recordingOf('loop', round), batchSize)) / 1000,
    async (round) => (await insertBatches(cloud, recordingOf('database', round), batchSize)) / 1000,
  );
  return [
    compared(marked, loop, {
      name: `full sync of ${records}, to the last mark`,
      unit: 's',
      against: 'bare HTTP loop, same batches',
      ratioIs: 'over',
      goal: { of: 'ratio', atMost: 1.3 },
    }),
    compared(verified, loop, {
      name: 'the same with its verification',
      unit: 's',
      against: 'bare HTTP loop, same batches',
      ratioIs: 'over',
    }),
    compared(marked, database, {
      name: 'the same against the database alone',
      unit: 's',
      against: 'INSERT … SELECT FROM json_to_recordset, no HTTP, no RLS',
      ratioIs: 'over',
    }),
    { name: 'full sync, rate', value: records / median(marked), unit: 'records/s' },
  ];
}

async function farFigures(cloud: TestCloud, url: string): Promise<Figure[]> {
  const [marked = [], loop = [], oneLane = []] = await alternating(
    farRounds,
    async (round) => (await backhaulSync(cloud, recordingOf('far', round), { url })).marked,
    async (round) => (await postBatches(cloud, recordingOf('far-loop', round), batchSize, url)) / 1000,
    async (round) => (await backhaulSync(cloud, recordingOf('lane', round), { url, lanes: 1 })).marked,
  );
  const name = `full sync at ${roundTripMs} ms round trip`;
  return [
    compared(marked, loop, {
      name,
      unit: 's',
      against: 'bare HTTP loop, one batch at a time',
      ratioIs: 'under',
      goal: { of: 'ratio', atLeast: 3 },
    }),
    compared(marked, oneLane, {
      name,
      unit: 's',
      against: 'Backhaul itself with one lane',
      ratioIs: 'under',
    }),
  ];
}

/** Seconds of the whole run, and to its last mark. */
async function backhaulSync(
  cloud: TestCloud,
  recording: Recording,
  options: BoxOptions = {},
): Promise<{ readonly whole: number; readonly marked: number }> {
  const { run, untilMarkedMs } = await sendAsBox(cloud, recording, options);
  await expectInCloud(cloud, recording);
  return { whole: run.durationMs / 1000, marked: untilMarkedMs / 1000 };
}

function recordingOf(name: string, round: number): Recording {
  return makeRecording({ locationId: `store_${name}_${round}`, states: records, round });
}
