import { describe, expect, it } from 'vitest';
import { recordSelection } from '../../../src-main/contract/find-shapes.ts';
import { emptyQuestion, isAsked, questionOf, selectionOf } from './question.ts';

describe('a question', () => {
  it('needs at least one thing to look for; a time alone is none', () => {
    expect(isAsked(emptyQuestion)).toBe(false);
    expect(isAsked({ ...emptyQuestion, time: '14:35' })).toBe(false);
    expect(isAsked({ ...emptyQuestion, table: 'T1' })).toBe(true);
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
