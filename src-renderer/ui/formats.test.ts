import { describe, expect, it } from 'vitest';
import { createFormats, readInstant } from './formats.ts';

const minute = 60_000;
const hour = 60 * minute;

describe('times', () => {
  it('are in the store’s zone, whatever the computer’s', () => {
    const formats = createFormats('en', 'Asia/Shanghai');
    const instant = new Date('2026-01-10T07:00:00Z');
    expect(formats.moment(instant, new Date('2026-01-10T08:00:00Z'))).toBe('15:00');
  });

  it('carry the date when it is another day in the store', () => {
    const formats = createFormats('en', 'Asia/Shanghai');
    const text = formats.moment(new Date('2026-01-10T15:30:00Z'), new Date('2026-01-10T16:30:00Z'));
    expect(text).toBe('Jan 10, 23:30');
  });

  it('carry the year when it is another one', () => {
    const formats = createFormats('en', 'Asia/Shanghai');
    const text = formats.moment(new Date('2027-11-22T11:08:00Z'), new Date('2026-11-22T11:00:00Z'));
    expect(text).toBe('Nov 22, 2027, 19:08');
  });

  it('survive a zone that nobody knows', () => {
    expect(createFormats('en', 'Nowhere/Land').moment(new Date(0), new Date(0))).toMatch(/^\d\d:\d\d$/);
  });

  it('read SQLite’s text as UTC and ISO text by its offset', () => {
    expect(readInstant('2026-01-10 07:00:00')?.toISOString()).toBe('2026-01-10T07:00:00.000Z');
    expect(readInstant('2026-01-10 15:00:00+08:00')?.toISOString()).toBe('2026-01-10T07:00:00.000Z');
    expect(readInstant('')).toBeNull();
  });
});

describe('times in UTC', () => {
  it('say so, so that nobody takes them for the store’s', () => {
    const formats = createFormats('en', 'Asia/Shanghai', true);
    const instant = new Date('2026-01-10T07:00:00Z');
    expect(formats.moment(instant, instant)).toBe('07:00 UTC');
    expect(formats.exact(instant)).toBe('Jan 10, 2026, 07:00:00 UTC');
  });
});

describe('days', () => {
  it('are those of the store’s calendar', () => {
    const formats = createFormats('zh-CN', 'Asia/Shanghai');
    expect(formats.dayOf(new Date('2026-01-10T16:30:00Z'))).toBe('2026-01-11');
    expect(formats.day('2026-01-11')).toBe('1月11日');
  });
});

describe('ages and durations', () => {
  const formats = createFormats('en', 'UTC');

  it('show the two largest units, and seconds below a minute', () => {
    expect(formats.age(0)).toBe('1 sec');
    expect(formats.age(59_999)).toBe('59 sec');
    expect(formats.age(minute)).toBe('1 min');
    expect(formats.age(hour + 12 * minute)).toBe('1 hr 12 min');
    expect(formats.age(3 * 24 * hour + 2 * hour + minute)).toBe('3 days 2 hr');
  });

  it('tell how long ago something was', () => {
    expect(formats.ago(400)).toBe('1 sec. ago');
    expect(formats.ago(90 * 1000)).toBe('1 min. ago');
    expect(formats.ago(50 * hour)).toBe('2 days ago');
  });

  it('show tenths below a minute', () => {
    expect(formats.duration(4_230)).toBe('4.2 sec');
    expect(formats.duration(65_000)).toBe('1 min 5 sec');
  });
});
