import { expect, test } from 'vitest';
import type { ConfigEntry, ConfigReport } from '../../../src-main/contract/config-shapes.ts';
import { faultsAt, isChanged, lockedBy, patchOf, shownValue } from './draft.ts';

function report(
  values: Record<string, ConfigEntry['value']>,
  variables: Record<string, string> = {},
): ConfigReport {
  return {
    path: 'config.json',
    exists: true,
    entries: Object.entries(values).map(([key, value]) => ({
      key,
      value,
      default: null,
      source: variables[key] === undefined ? 'file' : 'environment',
      variable: variables[key] ?? null,
      locked: variables[key] !== undefined,
      waitsForRestart: false,
      description: '',
    })),
    faults: [],
    restartNeeded: false,
    fixedLocationId: null,
  };
}

const config = report(
  {
    'location.id': null,
    'retention.statesHours': 24,
    'health.openingHours.open': '11:00',
    'health.openingHours.close': '23:00',
  },
  { 'health.openingHours.open': 'BACKHAUL_HEALTH_OPENING_HOURS_OPEN' },
);

test('a field shows what was typed, else what is saved', () => {
  expect(shownValue(config, {}, 'retention.statesHours')).toBe(24);
  expect(shownValue(config, { 'retention.statesHours': '4' }, 'retention.statesHours')).toBe('4');
  expect(shownValue(config, {}, 'health.openingHours')).toEqual({ open: '11:00', close: '23:00' });
});

test('numbers go as numbers, what is none goes as it was typed, an empty name means none', () => {
  const draft = { 'retention.statesHours': ' 48 ', 'retention.recordsDays': 'many', 'location.id': ' ' };
  expect(
    patchOf(draft, ['retention.statesHours', 'retention.recordsDays', 'location.id', 'schedule.full']),
  ).toEqual({
    'retention.statesHours': 48,
    'retention.recordsDays': 'many',
    'location.id': null,
  });
});

test('opening hours go as config.json has them', () => {
  const draft = { 'health.openingHours': { open: '9：30', close: '23:00' } };
  expect(patchOf(draft, ['health.openingHours'])).toEqual({
    'health.openingHours': { open: '09:30', close: '23:00' },
  });
});

test('typing the same again is no change', () => {
  expect(isChanged(config, { 'retention.statesHours': '24' }, 'retention.statesHours')).toBe(false);
  expect(isChanged(config, { 'retention.statesHours': '25' }, 'retention.statesHours')).toBe(true);
  expect(isChanged(config, { 'health.openingHours': null }, 'health.openingHours')).toBe(true);
});

test('a variable that has a part of a key locks it', () => {
  expect(lockedBy(config, 'health.openingHours')).toBe('BACKHAUL_HEALTH_OPENING_HOURS_OPEN');
  expect(lockedBy(config, 'location.id')).toBeNull();
});

test('a refusal is shown at its field, and only there where all of it belongs to fields', () => {
  const fault = (faults: unknown) => faultsAt({ code: 'invalid_input', message: '', details: { faults } });
  expect(fault([{ path: 'health.openingHours.open', reason: 'no time' }])).toEqual({
    'health.openingHours': 'no time',
  });
  expect(fault([{ path: '(the whole file)', reason: 'no JSON' }])).toBeNull();
  expect(faultsAt({ code: 'storage', message: '' })).toBeNull();
});
