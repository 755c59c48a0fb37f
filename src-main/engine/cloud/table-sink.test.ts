import { expect, test } from 'vitest';
import { withCloudBoxes } from '../../../e2e/support/cloud-boxes.ts';
import { insertDivisionState } from '../../../e2e/support/test-box.ts';

const boxes = withCloudBoxes();

/** What a cache, a portal or a mixed-up connection may say in the place of the answer. */
const answersOfOthers = {
  'of more rows than were sent': ['*/1000', '*/1000'],
  'of a part of a file': ['bytes 0-99/3', 'bytes 0-99/3'],
  'of fewer rows than were merged': ['*/0', '*/0'],
  'of more rows than were merged': ['*/0', '*/4'],
} as const;

for (const [name, [inserted, merged]] of Object.entries(answersOfOthers)) {
  test(`an answer ${name} marks nothing, keeps the sums of the run, and the next run takes all`, async () => {
    const box = await boxes.openProxied({ attempts: 1 });
    for (let frame = 0; frame < 3; frame += 1) insertDivisionState(box, frame);
    boxes.proxy.treat(({ url = '', headers }) => {
      if (!url.includes('ASE_division_states')) return 'pass';
      const range = String(headers.prefer).includes('merge') ? merged : inserted;
      return { status: 201, body: '', headers: { 'content-range': range } };
    });
    expect(await box.run()).toMatchObject({ planned: 6, sent: 3, duplicates: 0, failed: 3 });
    expect(box.other.prepare('SELECT sum(synced_to_cloud) FROM division_states').pluck().get()).toBe(0);
    boxes.proxy.treat(() => 'pass');
    expect(await box.run()).toMatchObject({ planned: 3, sent: 3, verified: true });
  });
}
