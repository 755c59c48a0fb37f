import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { retrying } from './retry.ts';
import { createCatchUpPace } from './schedule/catch-up.ts';

const waits: number[] = [];

vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number, _: unknown, { signal }: { signal: AbortSignal }) => {
    waits.push(ms);
    return signal.aborted ? Promise.reject(signal.reason) : Promise.resolve();
  },
}));

/** How one try goes; `again` with what the cloud asks to wait. */
type Try = { readonly again: number } | 'refused' | 'done';

const tries = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ again: fc.constantFrom(0, 0, 5, 1000, 120_000) }) },
    { weight: 1, arbitrary: fc.constantFrom<Try>('refused', 'done') },
  ),
  { minLength: 25, maxLength: 25 },
);

test('tries end with the first that helps or cannot be helped, and with their number; each pause has its bounds', async () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 20 }), tries, random, async (attempts, script, luck) => {
      waits.length = 0;
      let tried = 0;
      const work = (): Promise<string> => {
        const one = script[tried] ?? 'done';
        tried += 1;
        return one === 'done' ? Promise.resolve('done') : Promise.reject(one);
      };
      const result = await retrying(work, {
        attempts,
        signal: new AbortController().signal,
        random: () => luck,
        waitFor: (error) => (error === 'refused' ? null : { atLeastMs: (error as { again: number }).again }),
      }).catch((error: unknown) => error);
      const until = script.findIndex((one) => typeof one === 'string');
      const last = Math.min(until === -1 ? script.length : until + 1, attempts);
      expect([tried, result]).toEqual([last, script[last - 1]]);
      expect(waits).toHaveLength(last - 1);
      for (const [index, ms] of waits.entries()) {
        const { again } = script[index] as { again: number };
        expect(ms).toBeGreaterThanOrEqual(again);
        expect(ms).toBeLessThanOrEqual(Math.max(again, Math.min(20_000, 400 * 2 ** (index + 1))));
      }
    }),
    { numRuns: 300 },
  );
});

test('a cancellation ends the tries at once, and what was done by then stays done', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 20 }), async (cancelAt) => {
      const abort = new AbortController();
      let tried = 0;
      const work = (): Promise<never> => {
        tried += 1;
        if (tried === cancelAt) abort.abort();
        return Promise.reject(new Error('again'));
      };
      if (cancelAt === 0) abort.abort();
      const options = {
        attempts: 20,
        signal: abort.signal,
        random: () => 0,
        waitFor: () => ({ atLeastMs: 0 }),
      };
      await expect(retrying(work, options)).rejects.toThrow();
      expect(tried).toBe(cancelAt);
    }),
  );
});

test('catch-up runs that do not help come ever less often, never less than each ten minutes, until one helps', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 40 }), (helped) => {
      const pace = createCatchUpPace();
      let now = 0;
      let last = 0;
      for (const one of helped) {
        expect(pace.isDue(now)).toBe(true);
        pace.ran(now, one);
        if (one) {
          last = 0;
          continue;
        }
        let pause = 0;
        while (!pace.isDue(now + pause)) pause += 1000;
        expect(pause).toBe(last === 0 ? 30_000 : Math.min(2 * last, 600_000));
        last = pause;
        now += pause;
      }
    }),
  );
});
