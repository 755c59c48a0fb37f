import { afterAll, beforeAll, expect, test } from 'vitest';
import { fakeTimeLibrary } from './fake-time.ts';
import { type FaultCloud, startFaultCloud } from './fault-cloud.ts';
import { runFaults } from './fault-run.ts';

let cloud: FaultCloud;

beforeAll(async () => {
  cloud = await startFaultCloud();
});
afterAll(() => cloud.close());

const seeds = Array.from({ length: 25 }, (_, index) => index + 1);

test.each(seeds)(
  'after the faults of seed %i every acknowledged record is in the cloud exactly once',
  async (seed) => {
    const { faults, story } = await runFaults(seed, cloud, fakeTimeLibrary());
    expect(faults, `npm run faults -- --runs 1 --seed ${seed}\n${story}`).toEqual([]);
  },
);
