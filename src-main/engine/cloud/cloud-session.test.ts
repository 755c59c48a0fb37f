import { expect, test } from 'vitest';
import { withCloudBoxes } from '../../../e2e/support/cloud-boxes.ts';
import { insertDivisionState } from '../../../e2e/support/test-box.ts';

const boxes = withCloudBoxes();
const headers = { 'content-type': 'application/json' };

for (const [name, portal] of Object.entries({
  'a page as JSON': { status: 200, body: '{"portal":true}', headers },
  'an empty answer': { status: 204, body: '' },
})) {
  test(`a network that answers ${name} in the place of the cloud is no cloud: a run with nothing to send says so`, async () => {
    const box = await boxes.openProxied({ attempts: 1 });
    insertDivisionState(box, 1);
    await box.run();
    boxes.proxy.treat(() => portal);
    expect(await box.run('hourly')).toMatchObject({
      status: 'failed',
      verified: false,
      faultCode: 'unavailable',
    });
  });

  test(`${name} to a comparison is the network's fault, not the schema's`, async () => {
    const box = await boxes.openProxied({ attempts: 1 });
    insertDivisionState(box, 1);
    boxes.proxy.treat(({ url = '' }) => (url.includes('/rpc/') ? portal : 'pass'));
    expect(await box.run()).toMatchObject({ sent: 4, verified: false, faultCode: 'unavailable' });
    boxes.proxy.treat(() => 'pass');
    expect(await box.run('hourly')).toMatchObject({ sent: 0, verified: true });
  });
}
