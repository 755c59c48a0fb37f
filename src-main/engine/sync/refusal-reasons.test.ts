import { expect, test } from 'vitest';
import { refusalReason } from '../../contract/quarantine-shapes.ts';
import { reasonIn, sentenceOf } from './refusal-reasons.ts';

test('every sentence that Backhaul sets a record aside with can be told in another language', () => {
  const values = { column: 'table_id', location: 'the "store" 9', own: 'store_1' };
  for (const kind of refusalReason.shape.kind.options) {
    const sentence = sentenceOf(kind, values);
    const reason = reasonIn(sentence);
    expect(reason?.kind, sentence).toBe(kind);
    expect(values).toMatchObject(reason?.values ?? { none: '' });
    expect(sentence).not.toMatch(/[{}]/);
    expect(reasonIn(`${sentence} (Its row was deleted by another program.)`)?.kind).toBe(kind);
  }
});

test('entries of earlier versions are read, too; the cloud’s own words are left to it', () => {
  expect(reasonIn('It belongs to the location null; this box is "store_1".')).toEqual({
    kind: 'other_location',
    values: { location: '', own: 'store_1' },
  });
  expect(reasonIn('new row for relation "ASE_table_states" violates check constraint "x"')).toBeNull();
  expect(reasonIn('')).toBeNull();
});
