import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Port } from '../contract/client.ts';
import type { InventorySummary } from '../contract/inventory-shapes.ts';
import { exportInventory, type InventoryExport } from './inventory-export.ts';
import { inventoryPage } from './inventory-print.ts';
import { printWords } from './print-words.ts';

const product = { sales: 2, stock_at_start: 9, stock_at_end: 3, average_stock: 6.25, turnover: 0.96 };
const summary: InventorySummary = {
  ...{ period: 'day', first_day: '2026-11-01', last_day: '2026-11-01', from_utc: 0, to_utc: 90_000 },
  ...{ time_zone: 'America/New_York', total_sold: 6 },
  products: [
    { ...product, product_name: '<b>芒果</b>', sold: 6, is_expired: false },
    { ...product, product_name: '=Cake', sold: 0, turnover: null, is_expired: true },
  ],
  hours: [
    { from_utc: 18_000, label: '2026-11-01 01:00-04:00', sold: 6, by_product: { '<b>芒果</b>': 6 } },
    { from_utc: 21_600, label: '2026-11-01 01:00-05:00', sold: 0, by_product: {} },
  ],
  expired: [{ product_name: '=Cake', since_utc: 1_793_511_000, label: '2026-11-01 01:30:00-05:00' }],
  alerts: { warning: 1, critical: 2, info: 0 },
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inventory-export-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function options(format: InventoryExport['format'], change: Partial<InventoryExport> = {}): InventoryExport {
  const engine: Port = {
    call: () => Promise.resolve({ ok: true, value: summary }),
    subscribe: () => () => undefined,
  };
  return {
    ...{ engine, path: join(folder, `sales.${format}`), format, selection: { period: 'day' } },
    ...{ words: printWords['zh-CN'], printPdf: async (html: string) => Buffer.from(`%PDF ${html}`) },
    ...change,
  };
}

describe('an exported day', () => {
  it('has every figure in each format, for its owner alone', async () => {
    for (const format of ['csv', 'json', 'pdf'] as const) {
      await exportInventory(options(format));
      expect(statSync(join(folder, `sales.${format}`)).mode & 0o777).toBe(0o600);
    }
    expect(JSON.parse(readFileSync(join(folder, 'sales.json'), 'utf8'))).toEqual(summary);
    const csv = readFileSync(join(folder, 'sales.csv'), 'utf8');
    // A spreadsheet then knows the letters, and runs nothing.
    expect(csv.codePointAt(0)).toBe(0xfeff);
    expect(csv).toContain(',<b>芒果</b>,6,2,9,3,6.25,0.96,false,');
    expect(csv).toContain('2026-11-01 01:00-05:00');
    expect(csv).toMatch(/^expired,.*,'=Cake,.*,2026-11-01 01:30:00-05:00\r$/m);
    expect(readFileSync(join(folder, 'sales.pdf'), 'utf8')).toContain('%PDF <!doctype html>');
  });

  it('is there whole or not at all', async () => {
    const gone: Port = {
      call: () => Promise.resolve({ ok: false, fault: { code: 'unavailable', message: 'gone' } }),
      subscribe: () => () => undefined,
    };
    await expect(exportInventory(options('csv', { engine: gone }))).rejects.toMatchObject({
      code: 'unavailable',
    });
    const printPdf = () => Promise.reject(new Error('no printer'));
    await expect(exportInventory(options('pdf', { printPdf }))).rejects.toMatchObject({ code: 'internal' });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('the page that is printed', () => {
  it('has sales by product and hour, turnover and what expired, in the chosen language', () => {
    const page = inventoryPage(summary, printWords['zh-CN']);
    expect(page).toContain('<html lang="zh-CN">');
    expect(page).toContain(
      '<td>&lt;b&gt;芒果&lt;/b&gt;</td><td>6</td><td>2</td><td>9</td><td>3</td><td>6.25</td><td>0.96</td>',
    );
    expect(page).toContain('<td>2026-11-01 01:00-04:00</td><td>6</td>');
    expect(page).toContain('<td>2026-11-01 01:00-05:00</td><td>0</td>');
    expect(page).toContain('<dt>警报</dt><dd>3</dd>');
    expect(page).toContain('发现过期');
    expect(page).not.toContain('<b>');
  });

  it('leaves hours without a sale out of a week, and says so', () => {
    const page = inventoryPage({ ...summary, period: 'week' }, printWords.en);
    expect(page).not.toContain('01:00-05:00');
    expect(page).toContain(printWords.en.leftOut);
  });
});
