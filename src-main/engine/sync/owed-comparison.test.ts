import { expect, test } from 'vitest';
import { withCloudBoxes } from '../../../e2e/support/cloud-boxes.ts';
import { insertDivisionState, type TestBox } from '../../../e2e/support/test-box.ts';
import { comparisonOwed } from './last-verification.ts';

const boxes = withCloudBoxes();

/** A box whose last run marked rows that something else confirmed in the cloud's place, and then could not compare. */
async function boxWithPhantoms(): Promise<TestBox> {
  const box = await boxes.openProxied({ attempts: 1 });
  insertDivisionState(box, 1);
  await box.run();
  expect(comparisonOwed(box.storage)).toBe(false);
  insertDivisionState(box, 2);
  boxes.proxy.treat(({ url = '' }) => {
    if (url.includes('backhaul_verify')) return 'reset before';
    const confirmed = { status: 201, body: '', headers: { 'content-range': '*/1' } };
    return url.includes('ASE_division_states') ? confirmed : 'pass';
  });
  expect(await box.run('hourly')).toMatchObject({ sent: 1, verified: false });
  boxes.proxy.treat(() => 'pass');
  return box;
}

test('what a run marked and could not compare is compared by the next one, which sends nothing itself', async () => {
  const box = await boxWithPhantoms();
  expect(await box.run('hourly')).toMatchObject({ planned: 0, verified: false });
  expect(await box.run('hourly')).toMatchObject({ planned: 0, verified: false });
  await box.sync.verify({ repair: true, overwrite: false, acceptLost: false }, new AbortController().signal);
  expect(await box.run('hourly')).toMatchObject({ sent: 1, verified: true });
  expect(comparisonOwed(box.storage)).toBe(false);
  expect(await boxes.cloudFrames(box)).toEqual([1, 2]);
});

test('neither a restart nor a run that reaches nothing pays a comparison that is owed', async () => {
  const box = await boxWithPhantoms();
  boxes.proxy.treat(() => 'reset before');
  expect(await box.run('hourly')).toMatchObject({ sent: 0, verified: false });
  boxes.proxy.treat(() => 'pass');
  const again = await boxes.reopen(box);
  expect(comparisonOwed(again.storage)).toBe(true);
  expect(await again.run('hourly')).toMatchObject({ verified: false });
});

test('rows that another program marked are compared before a first run calls itself verified', async () => {
  const box = await boxes.open();
  insertDivisionState(box, 1);
  box.other.exec('UPDATE division_states SET synced_to_cloud = 1');
  expect(await box.run('hourly')).toMatchObject({ verified: false });
});
