import { expect, test } from 'vitest';
import type { EditField } from '../../../src-main/contract/quarantine-shapes.ts';
import { changedValues, partOf, readTyped } from './edit-values.ts';

function field(of: Partial<EditField>): EditField {
  return {
    name: 'x',
    kind: 'text',
    nullable: true,
    least: null,
    most: null,
    options: [],
    value: null,
    ...of,
  };
}

test('a field takes what fits its kind, and says what is wrong with anything else', () => {
  const count = field({ kind: 'whole', least: 0, most: 10 });
  for (const [of, text, expected] of [
    [count, '7', 7],
    [count, ' 7 ', 7],
    [count, '', null],
    [count, '11', 'range'],
    [count, '-1', 'range'],
    [count, '1.5', 'whole'],
    [count, '1e3', 'number'],
    [count, 'many', 'number'],
    [field({ kind: 'number' }), '-0.25', -0.25],
    [field({ kind: 'flag' }), '1', 1],
    [field({ kind: 'flag' }), 'yes', 'flag'],
    [field({ kind: 'json' }), '[[1,2]]', '[[1,2]]'],
    [field({ kind: 'json' }), '[[1,2]', 'json'],
    [field({ nullable: false }), '  ', 'required'],
    [field({ options: ['RED', 'GREEN'] }), 'GREEN', 'GREEN'],
    [field({ options: ['RED', 'GREEN'] }), 'PURPLE', 'option'],
    [field({ kind: 'time' }), '2026-11-22 14:35:00+08:00', '2026-11-22 14:35:00+08:00'],
    [field({ kind: 'time' }), '2026-11-22T14:35:00.5Z', '2026-11-22T14:35:00.5Z'],
    [field({ kind: 'time' }), '2026-02-30 14:35:00', 'time'],
    [field({ kind: 'time' }), '2026-11-22 25:00:00', 'time'],
    [field({ kind: 'time' }), 'yesterday', 'time'],
    [field({ kind: 'time' }), ' 2026-11-22 14:35 ', '2026-11-22 14:35'],
    [field({ kind: 'time' }), '2026-11-22 14:35:00+14:00', '2026-11-22 14:35:00+14:00'],
    [field({ kind: 'time' }), '2026-11-22 14:35:00+25:00', 'time'],
    [field({ kind: 'time' }), '2026-11-22 14:35:00+08:60', 'time'],
    [field({ kind: 'time' }), '2026-11-22 14:35:00 +08:00', 'time'],
    [field({ kind: 'time' }), '1969-12-31 23:59:59', 'time'],
    [field({ kind: 'time' }), '9999-12-31 23:59:59-01:00', 'time'],
    [field({}), 'a\0b', 'nul'],
  ] as const) {
    const { value, fault } = readTyped(of, text);
    expect(fault ?? value, `${of.kind} ${text}`).toBe(expected);
  }
});

test('only what differs is changed, so that a value nobody touched is never written', () => {
  const fields = [
    field({ name: 'state', options: ['RED'], value: 'PURPLE' }),
    field({ name: 'staff', kind: 'whole', value: 2 }),
    field({ name: 'note', value: null }),
  ];
  expect(changedValues(fields, {})).toEqual({ values: {}, faults: {} });
  expect(changedValues(fields, { state: 'RED', staff: '2' })).toEqual({
    values: { state: 'RED' },
    faults: {},
  });
  expect(changedValues(fields, { staff: '', note: 'a' })).toEqual({
    values: { staff: null, note: 'a' },
    faults: {},
  });
  expect(changedValues(fields, { state: 'BLUE', staff: '3' })).toEqual({
    values: { staff: 3 },
    faults: { state: 'option' },
  });
});

test('a fault of the engine is told at its field, or as what the record would then lack', () => {
  const fault = (details: Record<string, unknown>) => ({
    code: 'invalid_input' as const,
    message: 'x',
    details,
  });
  expect(partOf(fault({ column: 'timestamp_recorded', kind: 'time' }))).toEqual({
    column: 'timestamp_recorded',
    kind: 'time',
    reason: null,
  });
  const reason = { kind: 'no_count', values: { column: 'total_staff' } };
  expect(partOf(fault({ reason })).reason).toEqual(reason);
  expect(partOf(fault({ kind: 'new to this page' }))).toEqual({ column: null, kind: null, reason: null });
});
