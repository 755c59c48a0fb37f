import { expect, test } from 'vitest';
import type { LiveCapture } from '../../../src-main/contract/live-shapes.ts';
import type { Status } from '../../../src-main/contract/status-shapes.ts';
import { detectorSign, exampleProducer, signsOf } from './detector-sign.ts';

const status = (records: number, refused = 0) =>
  ({
    streams: [
      {
        stream: 'locations',
        pending: records,
        synced: 0,
        quarantined: 0,
        discarded: 0,
        oldestPendingAt: null,
      },
    ],
    capture: { refused },
  }) as unknown as Status;

const live = (...connections: Partial<LiveCapture['connections'][number]>[]) =>
  ({
    capture: { refused: 0 },
    connections: connections.map((one) => ({ committed: 0, duplicates: 0, refused: 0, ...one })),
  }) as unknown as LiveCapture;

const before = signsOf(status(5, 2));

test.each([
  ['nothing at all', live(), status(5, 2), 'waiting'],
  ['nothing read yet', null, null, 'waiting'],
  ['a connection that is silent', live({}), status(5, 2), 'connected'],
  ['a line that was taken', live({ committed: 1 }), status(5, 2), 'arrived'],
  ['a line that was there already', live({ duplicates: 1 }), status(5, 2), 'arrived'],
  ['a record of a producer that is gone', live(), status(6, 2), 'arrived'],
  ['only lines that are refused', live({ refused: 3 }), status(5, 2), 'refused'],
  ['a refused line of a producer that is gone', live(), status(5, 3), 'refused'],
] as const)('%s', (_what, seen, now, kind) => {
  expect(detectorSign(seen, now, before).kind).toBe(kind);
});

test('the example names this box’s socket and store, also with odd characters in them', () => {
  expect(exampleProducer('/tmp/a "b"/bridge.sock', '店 1')).toContain(
    'connect("/tmp/a \\"b\\"/bridge.sock")',
  );
});
