import { expect, test } from 'vitest';
import { hoursFaults, plainTime } from './hours-faults.ts';

test.each(['9', '11', '11.00', '25:00', '11:60', '', '十一点'])('%j is no time, and is told so', (open) => {
  expect(hoursFaults({ open, close: '23:00' })).toEqual({ open: 'format', close: null });
  expect(hoursFaults({ open: '11:00', close: open })).toEqual({ open: null, close: 'format' });
});

test('two times that are the same are told apart from one that is none', () => {
  expect(hoursFaults({ open: '11:00', close: '11:00' })).toEqual({ open: null, close: 'same' });
  expect(hoursFaults({ open: '11:00', close: '24:00' })).toEqual({ open: null, close: null });
});

test('a time as a Chinese keyboard writes it, or without its nought, is that time', () => {
  expect(['11：00', '１１：００', '9:30', ' 09:30 ', '9'].map(plainTime)).toEqual([
    '11:00',
    '11:00',
    '09:30',
    '09:30',
    '9',
  ]);
});
