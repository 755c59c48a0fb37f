import { describe, expect, it } from 'vitest';
import { recordSelection } from '../../../src-main/contract/find-shapes.ts';
import { emptyQuestion, faultsOf, isAsked, mayAsk, questionOf, selectionOf } from './question.ts';

describe('a question', () => {
  it('needs at least one thing to look for; a time alone is none', () => {
    expect(isAsked(emptyQuestion)).toBe(false);
    expect(isAsked({ ...emptyQuestion, time: '14:35' })).toBe(false);
    expect(isAsked({ ...emptyQuestion, table: 'T1' })).toBe(true);
  });

  it('is refused at its field where the engine would not take it', () => {
    const long = 's'.repeat(201);
    for (const [change, field, kind] of [
      [{ session: long }, 'session', 'tooLong'],
      [{ camera: long }, 'camera', 'tooLong'],
      [{ day: '1900-01-01' }, 'day', 'day'],
      [{ day: '12026-01-01' }, 'day', 'day'],
    ] as const) {
      const question = { ...emptyQuestion, ...change };
      expect(faultsOf(question)[field]?.kind).toBe(kind);
      expect(mayAsk(question)).toBe(false);
    }
    const possible = { ...emptyQuestion, session: ` ${'s'.repeat(200)} `, day: '1970-01-01' };
    expect(faultsOf(possible)).toEqual({});
    expect(mayAsk(possible)).toBe(true);
    expect(recordSelection.safeParse(selectionOf(possible)).success).toBe(true);
  });

  it('is put as the engine takes it', () => {
    const question = questionOf({ camera: ' camera_35 ', day: '2026-01-10', time: '14:35' });
    expect(recordSelection.parse(selectionOf(question))).toMatchObject({
      cameraId: 'camera_35',
      at: '2026-01-10 14:35',
    });
    expect(recordSelection.parse(selectionOf({ ...question, time: '' })).at).toBe('2026-01-10');
  });
});
