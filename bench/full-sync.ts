import { startTestCloud, type TestCloud } from '../e2e/support/test-cloud.ts';
import type { Figure, Measurement } from './measurement.ts';
import { expectInCloud, insertBatches, postBatches } from './support/bare-requests.ts';
import { type BoxOptions, sendAsBox } from './support/cloud-box.ts';
import { copyRows } from './support/copy-rows.ts';
import { type DelayProxy, startDelayProxy } from './support/delay-proxy.ts';
import { makeRecording, type Recording } from './support/recording.ts';
import { alternating, compared, median } from './support/rounds.ts';
import { supabaseLoop } from './support/supabase-loop.ts';

const records = 24_000;
const batchSize = 1000;
const nearRounds = 4;
const farRounds = 2;
const roundTripMs = 100;
const peerName = 'the plain supabase-js loop of 1000 rows';

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
  const processor = { backhaul: [] as number[], peer: [] as number[] };
  const [marked = [], loop = [], peer = [], database = [], copy = []] = await alternating(
    nearRounds,
    async (round) => {
      const began = process.cpuUsage();
      const { whole, marked } = await backhaulSync(cloud, recordingOf('near', round));
      if (round > 0) {
        verified.push(whole);
        processor.backhaul.push(processorUs(began));
      }
      return marked;
    },
    async (round) => (await postBatches(cloud, recordingOf('loop', round), batchSize)) / 1000,
    async (round) => {
      const began = process.cpuUsage();
      const milliseconds = await supabaseLoop(cloud, recordingOf('peer', round));
      if (round > 0) processor.peer.push(processorUs(began));
      return milliseconds / 1000;
    },
    async (round) => (await insertBatches(cloud, recordingOf('database', round), batchSize)) / 1000,
    async (round) => (await copyRows(cloud, recordingOf('copy', round))) / 1000,
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
    compared(marked, copy, {
      name: 'the same against the physical limit',
      unit: 's',
      against: 'COPY from psql, no HTTP, no RLS, no duplicates looked for',
      ratioIs: 'over',
    }),
    compared(marked, peer, {
      name: 'the same against a peer',
      unit: 's',
      against: peerName,
      ratioIs: 'under',
      note: 'the peer verifies nothing',
    }),
    compared(processor.backhaul, processor.peer, {
      name: 'full sync: processor time',
      unit: 'µs/record',
      against: peerName,
      ratioIs: 'under',
      note: 'both with filling their files; ours with the verification',
    }),
    { name: 'full sync, rate', value: records / median(marked), unit: 'records/s' },
  ];
}

async function farFigures(cloud: TestCloud, url: string): Promise<Figure[]> {
  const [marked = [], loop = [], oneLane = [], peer = []] = await alternating(
    farRounds,
    async (round) => (await backhaulSync(cloud, recordingOf('far', round), { url })).marked,
    async (round) => (await postBatches(cloud, recordingOf('far-loop', round), batchSize, url)) / 1000,
    async (round) => (await backhaulSync(cloud, recordingOf('lane', round), { url, lanes: 1 })).marked,
    async (round) => (await supabaseLoop(cloud, recordingOf('far-peer', round), url)) / 1000,
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
    compared(marked, peer, { name, unit: 's', against: peerName, ratioIs: 'under' }),
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

/** Of this process, since `began`, for each record. */
function processorUs(began: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(began);
  return (user + system) / records;
}

function recordingOf(name: string, round: number): Recording {
  return makeRecording({ locationId: `store_${name}_${round}`, states: records, round });
}
