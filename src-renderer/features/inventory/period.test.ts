import { describe, expect, it } from 'vitest';
import { dayIn, daysLater, neighbour, periodParameters, readPeriod, today } from './period.ts';

const day = (iso: string) => ({ first_day: iso, last_day: iso });

describe('the day or week that is shown', () => {
  it('stands in the address, today without a word', () => {
    expect(periodParameters(today)).toEqual({});
    for (const choice of [
      { period: 'day', day: '2026-01-10' },
      { period: 'week', day: null },
      { period: 'week', day: '2026-01-10' },
    ] as const)
      expect(readPeriod(periodParameters(choice))).toEqual(choice);
  });

  it('is today where the address names what can be no day', () => {
    for (const text of ['', 'tomorrow', '2026-13-01', '2026-1-1', '2026-01-10T00:00'])
      expect(readPeriod({ day: text, period: 'month' })).toEqual(today);
  });

  it('leads to the one before and after, over months and changes of the clocks', () => {
    expect(neighbour({ period: 'day', day: null }, day('2026-11-01'), -1, '2026-11-01')).toEqual({
      period: 'day',
      day: '2026-10-31',
    });
    const week = { first_day: '2026-03-02', last_day: '2026-03-08' };
    expect(neighbour({ period: 'week', day: null }, week, -1, '2026-03-08').day).toBe('2026-03-01');
    expect(neighbour({ period: 'week', day: null }, week, 1, '2026-06-01').day).toBe('2026-03-09');
  });

  it('forgets its day where it has come to the one that is now, so that it follows it', () => {
    expect(
      neighbour({ period: 'day', day: '2026-01-09' }, day('2026-01-09'), 1, '2026-01-10').day,
    ).toBeNull();
    const week = { first_day: '2025-12-29', last_day: '2026-01-04' };
    const at = (iso: string) => neighbour({ period: 'week', day: '2026-01-01' }, week, 1, iso).day;
    expect(at('2026-01-11')).toBeNull();
    expect(at('2026-01-12')).toBe('2026-01-05');
  });

  it("is of the inventory's calendar, wherever the console stands", () => {
    const instant = new Date('2026-01-10T04:59:59Z');
    expect(dayIn('America/New_York', instant)).toBe('2026-01-09');
    expect(dayIn('Asia/Shanghai', instant)).toBe('2026-01-10');
    expect(daysLater('2024-02-28', 1)).toBe('2024-02-29');
  });
});
