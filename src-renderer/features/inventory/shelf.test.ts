import { describe, expect, it } from 'vitest';
import { mergeAlerts } from './alert-list.ts';
import { alertOf, nowOf, productOf } from './now-fixture.ts';
import { hasReadings, judgeShelf } from './shelf.ts';

const instant = new Date('2026-01-10T12:00:00Z');
const justNow = instant.getTime() / 1000 - 5;

describe('the line about the shelf', () => {
  it('is good where everything is there and fresh', () => {
    const now = nowOf([productOf('Mango'), productOf('Lemon Cake')], { read_at_utc: justNow });
    expect(judgeShelf(now, instant)).toEqual({ tone: 'safe', needs: [], silentMs: null });
  });

  it('names what is wrong, the worst first, each product once', () => {
    const now = nowOf(
      [
        productOf('Low', { level: 'low', count: 2 }),
        productOf('Old', { is_expired: true, days_left: -1 }),
        productOf('Out', { level: 'out', count: 0, is_expired: true }),
      ],
      { read_at_utc: justNow },
    );
    const { tone, needs } = judgeShelf(now, instant);
    expect(tone).toBe('attention');
    expect(needs).toEqual([
      { product: 'Out', need: 'out' },
      { product: 'Old', need: 'expired' },
      { product: 'Low', need: 'low' },
    ]);
  });

  it('is calm about what only runs low', () => {
    const now = nowOf([productOf('Low', { level: 'low' })], { read_at_utc: justNow });
    expect(judgeShelf(now, instant)).toMatchObject({ tone: 'off', needs: [{ product: 'Low' }] });
  });

  it('says after a minute that no count comes', () => {
    const now = nowOf([productOf('Mango')], { read_at_utc: instant.getTime() / 1000 - 61 });
    expect(judgeShelf(now, instant)).toEqual({ tone: 'off', needs: [], silentMs: 61_000 });
  });

  it('knows a box that no detector has ever counted for', () => {
    expect(hasReadings(nowOf([], { read_at_utc: null, snapshot_at_utc: null }))).toBe(false);
    expect(hasReadings(nowOf([]))).toBe(true);
  });
});

describe('the list of alerts', () => {
  it('has each once, the open ones first, of them the critical, then the newest, as they stand now', () => {
    const stored = [
      alertOf(1, { timestamp_utc: 10 }),
      alertOf(2, { timestamp_utc: 20, resolved_utc: 25 }),
      alertOf(3, { timestamp_utc: 30, resolved_utc: 35 }),
    ];
    const live = [
      alertOf(1, { timestamp_utc: 10, acknowledged: true }),
      alertOf(4, { timestamp_utc: 5, severity: 'critical' }),
    ];
    const merged = mergeAlerts(live, stored);
    expect(merged.map(({ id }) => id)).toEqual([4, 1, 3, 2]);
    expect(merged[1]?.acknowledged).toBe(true);
  });

  it('shows what is over only where it belongs to the time that is shown', () => {
    expect(mergeAlerts([alertOf(1, { resolved_utc: 5 })], [])).toEqual([]);
  });
});
