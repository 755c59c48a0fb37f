import fc from 'fast-check';
import { expect, test } from 'vitest';
import { adaptiveBatchSize, type BatchSize } from './batch-size.ts';

/** One thing that happens to a stream's batch size; an answer may have been under way since long before. */
type Step =
  | { readonly kind: 'answer'; readonly ms: number; readonly agoMs: number; readonly share: number }
  | { readonly kind: 'too large' };

const steps = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('answer' as const),
        ms: fc.oneof(fc.integer({ min: 1, max: 60_000 }), fc.constantFrom(749, 750, 2000, 2001)),
        agoMs: fc.constantFrom(0, 0, 0, 500, 5000),
        share: fc.constantFrom(1, 1, 1, 0.5, 0.01),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('too large' as const) }) },
  ),
  { maxLength: 60 },
);

interface Course {
  readonly size: BatchSize;
  /** one request of the present size, begun when the last was answered; `meanwhile` comes after its begin */
  answer(ms: number, meanwhile?: () => void): void;
}

function follow(
  largest: number,
  history: readonly Step[],
  each: (before: number, after: number, step: Step) => void,
): Course {
  let clock = 0;
  const size = adaptiveBatchSize(largest, () => clock);
  for (const step of history) {
    const before = size.current();
    const begun = clock - (step.kind === 'answer' ? step.agoMs : 0);
    if (step.kind === 'too large') size.tooLarge();
    else {
      clock += step.ms;
      size.took(clock - begun, Math.max(1, Math.trunc(before * step.share)), begun);
    }
    each(before, size.current(), step);
  }
  return {
    size,
    answer(ms, meanwhile) {
      const [begun, records] = [clock, size.current()];
      clock += ms;
      meanwhile?.();
      size.took(ms, records, begun);
    },
  };
}

const largestSizes = fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.constantFrom(1, 2, 24, 25, 26, 1000));

test('whatever the answers are, a batch holds a whole number of records from one to the largest', () => {
  fc.assert(
    fc.property(largestSizes, steps, (largest, history) => {
      follow(largest, history, (before, after, step) => {
        expect(Number.isInteger(after) && after >= 1 && after <= largest).toBe(true);
        if (step.kind === 'too large') expect(after).toBe(Math.max(1, Math.trunc(before / 2)));
        // Slowness alone stops at 25: below it only a refusal goes.
        else if (after < before) expect(after).toBeGreaterThanOrEqual(Math.min(25, largest));
      });
    }),
    { numRuns: 500 },
  );
});

test('after any history a cloud that is quick again soon gets the largest batches', () => {
  fc.assert(
    fc.property(largestSizes, steps, fc.integer({ min: 1, max: 700 }), (largest, history, ms) => {
      const { size, answer } = follow(largest, history, () => undefined);
      for (let request = 0; request < 10; request += 1) answer(ms);
      expect(size.current()).toBe(largest);
    }),
    { numRuns: 500 },
  );
});

test('an answer to a request from before the last change changes nothing', () => {
  fc.assert(
    fc.property(largestSizes, steps, fc.integer({ min: 1, max: 60_000 }), (largest, history, ms) => {
      const { size, answer } = follow(largest, history, () => undefined);
      answer(ms, () => size.tooLarge());
      const before = Math.max(1, Math.trunc(size.current() / 2));
      answer(ms, () => size.tooLarge());
      expect(size.current()).toBe(before);
    }),
  );
});
