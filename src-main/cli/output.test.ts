import { describe, expect, it } from 'vitest';
import { describeAcknowledged, describeSales } from './inventory-tables.ts';
import { formatTable, printable, printableLines } from './output.ts';

describe('what a terminal is shown', () => {
  it('has no character in it that a terminal obeys or that turns the direction of the text', () => {
    expect(printable('a\u001b[31m\r\nb\u0007\u009bc\u202etxt.exe\u2066\u200f\u061c')).toBe(
      'a\\u001b[31m\\u000d\\u000ab\\u0007\\u009bc\\u202etxt.exe\\u2066\\u200f\\u061c',
    );
    expect(printable('芒果 👨‍👩‍👧 é مانجو')).toBe('芒果 👨‍👩‍👧 é مانجو');
    expect(printableLines('one\n\ttwo\u001b[2J\r')).toBe('one\n\ttwo\\u001b[2J\\u000d');
  });

  it('keeps the columns of a table, whatever its cells hold', () => {
    expect(formatTable(['product', 'n'], [['a\u202eb\n', 1]])).toBe('product         n\na\\u202eb\\u000a  1');
  });

  it('tells when a sale was and that an alert was seen on the clock and in sentences', () => {
    const at = {
      timestamp_utc: 1_768_077_000.5,
      timestamp_est: '2026-01-10 03:30:00 PM EST',
      created_at: null,
    };
    const sale = { ...at, id: 7, product_name: 'Mango', quantity_delta: 3 };
    const rows = [{ ...sale, inventory_before: 10, inventory_after: 7 }];
    expect(describeSales(rows, 'America/New_York')).toContain('\n2026-01-10 15:30:00-05:00  Mango ');
    const alert = {
      ...at,
      alert_type: 'low_stock',
      severity: 'critical',
      metadata: {},
      acknowledged: true,
    } as const;
    const one = {
      ...alert,
      id: 1,
      product_name: 'Mango',
      message: 'Mango: none is left',
      resolved_utc: null,
    };
    expect(describeAcknowledged(one)).toBe(
      'Alert 1 is noted as seen: Mango: none is left. It stays open until its cause is gone.',
    );
    expect(describeAcknowledged({ ...one, message: '', resolved_utc: 2 })).toBe(
      'Alert 1 is noted as seen: Mango. It is resolved.',
    );
  });
});
