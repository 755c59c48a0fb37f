import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isolate } from './isolate.ts';
import { createRefusals } from './refusals.ts';

/** The cloud's word about content; what is thrown otherwise is another matter. */
class Refused extends Error {}

/** A batch of numbered records, those that the cloud never takes, and pairs that it does not take together. */
interface Case {
  readonly size: number;
  readonly bad: ReadonlySet<number>;
  readonly pairs: readonly (readonly [number, number])[];
}

const cases = (most: number): fc.Arbitrary<Case> =>
  fc.integer({ min: 1, max: most }).chain((size) => {
    const record = fc.nat(size - 1);
    return fc.record({
      size: fc.constant(size),
      bad: fc
        .oneof(fc.uniqueArray(record, { maxLength: 6 }), fc.uniqueArray(record))
        .map((some) => new Set(some)),
      pairs: fc
        .array(fc.tuple(record, record), { maxLength: 3 })
        .map((all) => all.filter(([a, b]) => a !== b)),
    });
  });

interface Course {
  readonly landed: number[];
  readonly refused: number[];
  requests: number;
  blocked: boolean;
}

/** Sends a batch to a cloud that is no more than a rule, as a run does: whole, then taken apart. */
async function run(
  { size, bad, pairs }: Case,
  limits: { readonly stopAfter?: number; readonly breakAt?: number } = {},
): Promise<Course> {
  const course: Course = { landed: [], refused: [], requests: 0, blocked: false };
  const refusals = createRefusals<number>({
    stream: 'records',
    refusalOf: () => ({ code: '23514', message: 'no' }),
    setAside: (item) => Promise.resolve(void course.refused.push(item)),
  });
  const send = async (items: readonly number[]): Promise<void> => {
    course.requests += 1;
    if (course.requests === limits.breakAt) throw new Error('the line broke');
    const together = new Set(items);
    if (items.some((item) => bad.has(item))) throw new Refused();
    if (pairs.some(([one, other]) => together.has(one) && together.has(other))) throw new Refused();
    course.landed.push(...items);
    await refusals.accepted();
  };
  const isContent = (error: unknown): boolean => error instanceof Refused;
  const batch = Array.from({ length: size }, (_, index) => index);
  await send(batch)
    .catch((error: unknown) => {
      if (!isContent(error)) throw error;
      return isolate(batch, error, {
        send,
        isContent,
        refused: refusals.refused,
        unanimous: (error) => {
          course.blocked = true;
          refusals.blocked(error);
        },
        stopped: () => course.blocked || course.requests >= (limits.stopAfter ?? Number.POSITIVE_INFINITY),
      });
    })
    .finally(() => refusals.finish());
  return course;
}

const ascending = (items: Iterable<number>): number[] => [...items].sort((one, other) => one - other);

function goodOf({ size, bad }: Case): number[] {
  return Array.from({ length: size }, (_, index) => index).filter((item) => !bad.has(item));
}

test('the bad records of a batch are set aside, no others, and all others land once', async () => {
  await fc.assert(
    fc.asyncProperty(cases(300), async (given) => {
      const { landed, refused, blocked } = await run(given);
      if (blocked) {
        // Twenty were refused before any was taken, and so were some samples of the rest.
        expect([landed, refused]).toEqual([[], []]);
        expect(given.bad.size).toBeGreaterThanOrEqual(20);
      } else {
        expect(ascending(refused)).toEqual(ascending(given.bad));
        expect(ascending(landed)).toEqual(goodOf(given));
      }
    }),
    { numRuns: 1000 },
  );
});

test('a bad record in 1000 costs at most 20 requests more, whatever others there are', async () => {
  const size = fc.constantFrom(1000, 999, 513, 512, 100, 2, 1);
  const some = size.chain((count) =>
    fc.record({
      size: fc.constant(count),
      bad: fc.uniqueArray(fc.nat(count - 1), { minLength: 1, maxLength: 15 }).map((all) => new Set(all)),
      pairs: fc.constant([]),
    }),
  );
  await fc.assert(
    fc.asyncProperty(some, async (given) => {
      const { refused, requests } = await run(given);
      expect(refused).toHaveLength(given.bad.size);
      expect(requests - 1).toBeLessThanOrEqual(given.bad.size * 2 * Math.ceil(Math.log2(given.size)));
    }),
    { numRuns: 500 },
  );
  const last = await run({ size: 1000, bad: new Set([999]), pairs: [] });
  expect(last.requests - 1).toBeLessThanOrEqual(11);
});

test('a stream is never called blocked where one record of the batch was taken', async () => {
  const crowded = fc.integer({ min: 30, max: 200 }).chain((size) =>
    fc.record({
      size: fc.constant(size),
      bad: fc.uniqueArray(fc.nat(size - 1), { minLength: Math.ceil(size * 0.8) }).map((all) => new Set(all)),
      pairs: fc.constant([]),
    }),
  );
  await fc.assert(
    fc.asyncProperty(crowded, async (given) => {
      const { landed, refused, blocked, requests } = await run(given);
      if (blocked) expect([landed, refused]).toEqual([[], []]);
      else expect([ascending(landed), ascending(refused)]).toEqual([goodOf(given), ascending(given.bad)]);
      expect(requests).toBeLessThanOrEqual(blocked ? 120 : 2 * given.size + 9);
    }),
    { numRuns: 500 },
  );
});

test('work that is stopped or breaks off decides nothing wrong and nothing twice', async () => {
  const limits = fc.record({
    stopAfter: fc.integer({ min: 1, max: 40 }),
    breakAt: fc.integer({ min: 1, max: 40 }),
  });
  await fc.assert(
    fc.asyncProperty(cases(200), limits, async (given, { stopAfter, breakAt }) => {
      const stopped = await run(given, { stopAfter });
      const { landed, refused } = stopped;
      expect(new Set([...landed, ...refused]).size).toBe(landed.length + refused.length);
      expect(refused.filter((item) => !given.bad.has(item))).toEqual([]);
      expect(landed.filter((item) => given.bad.has(item))).toEqual([]);
      expect(stopped.requests).toBeLessThanOrEqual(stopAfter + 1);
      await run(given, { breakAt }).then(
        ({ requests }) => expect(requests).toBeLessThan(breakAt),
        (error: unknown) => expect(String(error)).toContain('the line broke'),
      );
    }),
    { numRuns: 500 },
  );
});
