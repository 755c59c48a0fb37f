import { afterAll, afterEach, beforeAll } from 'vitest';
import type { CloudTarget } from '../../src-main/engine/cloud/service.ts';
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy.ts';
import { openTestBox, type TestBox, type TestBoxOptions, targetOf } from './test-box.ts';
import { startTestCloud, type TestCloud } from './test-cloud.ts';

/** One real cloud for a file of tests, a proxy in front of it, and boxes that are closed after each test. */
export interface CloudBoxes {
  readonly cloud: TestCloud;
  readonly proxy: CuttingProxy;
  /** a box that reaches the cloud directly */
  open(options?: TestBoxOptions): Promise<TestBox>;
  /** a box whose way to the cloud leads through the proxy */
  openProxied(options?: TestBoxOptions): Promise<TestBox>;
  /** the same box, stopped and started again, against another cloud if given */
  reopen(box: TestBox, target?: CloudTarget): Promise<TestBox>;
  /** `frame_number` of the division states that the cloud has of a box */
  cloudFrames(box: TestBox): Promise<number[]>;
}

export function withCloudBoxes(): CloudBoxes {
  const boxes: TestBox[] = [];
  let cloud: TestCloud;
  let proxy: CuttingProxy;

  beforeAll(async () => {
    cloud = await startTestCloud();
    proxy = await startCuttingProxy(cloud.url);
  });
  afterAll(async () => {
    await proxy?.close();
    await cloud?.close();
  });
  afterEach(async () => {
    proxy.treat(() => 'pass');
    proxy.delay(0);
    for (const box of boxes.splice(0)) await box.close();
  });

  const hold = (box: TestBox): TestBox => {
    boxes.push(box);
    return box;
  };
  return {
    get cloud() {
      return cloud;
    },
    get proxy() {
      return proxy;
    },
    open: async (options = {}) => hold(await openTestBox(cloud, options)),
    async openProxied(options = {}) {
      const locationId = options.locationId ?? `store_${Math.random().toString(36).slice(2)}`;
      const target = await targetOf(cloud, locationId, proxy.url);
      return hold(await openTestBox(cloud, { ...options, locationId }, target));
    },
    async reopen(box, target) {
      boxes.splice(boxes.indexOf(box), 1);
      return hold(await box.reopen(target));
    },
    async cloudFrames(box) {
      const rows = await cloud.sql<{ frame_number: string }>(
        'SELECT frame_number FROM "ASE_division_states" WHERE location_id = $1 ORDER BY frame_number',
        [box.locationId],
      );
      return rows.map((row) => Number(row.frame_number));
    },
  };
}
