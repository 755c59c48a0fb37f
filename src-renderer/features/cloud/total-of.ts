import type { SessionVerification, Verification } from '../../../src-main/contract/verify-shapes.ts';

type Difference = 'missing' | 'different' | 'lost' | 'extra';

/** How many records of a comparison are so, over all streams and sessions. */
export function totalOf({ streams }: Pick<Verification, 'streams'>, what: Difference): number {
  return streams.reduce((sum, { sessions }) => sum + ofSessions(sessions, what), 0);
}

export function ofSessions(sessions: readonly SessionVerification[], what: Difference): number {
  return sessions.reduce((sum, one) => sum + one[what], 0);
}

/** Which sentence says what does not agree. */
export function differenceWords(
  missing: number,
  different: number,
  lost: number,
): 'missing' | 'different' | 'lost' | 'several' {
  const kinds = [
    ['missing', missing],
    ['different', different],
    ['lost', lost],
  ] as const;
  const [only, ...others] = kinds.filter(([, count]) => count > 0);
  return only === undefined || others.length > 0 ? 'several' : only[0];
}
