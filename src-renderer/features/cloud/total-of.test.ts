import { expect, test } from 'vitest';
import type { SessionVerification, StreamVerification } from '../../../src-main/contract/verify-shapes.ts';
import { differenceWords, totalOf } from './total-of.ts';

const session = (part: Partial<SessionVerification>): SessionVerification => ({
  ...{ sessionId: 's', agrees: false, local: 1, cloud: 1, expired: false },
  ...{ missing: 0, different: 0, lost: 0, extra: 0 },
  ...part,
});

const stream = (...sessions: SessionVerification[]): StreamVerification => ({
  ...{ stream: 'division_states', agrees: false, local: 1, cloud: 1 },
  sessions,
});

test('one that is missing and one that is beside do not make up for each other', () => {
  const streams = [stream(session({ missing: 1, extra: 1 })), stream(session({ missing: 2 }))];
  expect([totalOf({ streams }, 'missing'), totalOf({ streams }, 'extra')]).toEqual([3, 1]);
});

test('where records only differ nothing is called missing', () => {
  expect(differenceWords(0, 2, 0)).toBe('different');
  expect(differenceWords(3, 0, 0)).toBe('missing');
  expect(differenceWords(0, 0, 1)).toBe('lost');
  expect(differenceWords(3, 2, 0)).toBe('several');
});
