import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from 'playwright/test';
import type { InventorySummary } from '../../src-main/contract/inventory-shapes.ts';
import { sendToBridge } from '../support/bridge-lines.ts';
import { readPdf } from '../support/pdf-text.ts';
import { reading, shelfStory } from '../support/shelf-story.ts';
import { accessibilityFaults } from './accessibility.ts';
import { engineInfo } from './console.ts';
import { eachConsole, type StartOptions } from './each-console.ts';
import { longestTask, note } from './long-tasks.ts';
import { answerSaveDialog } from './save-dialog.ts';
import { screenshot, screenshotOfView } from './screenshots.ts';

const box = eachConsole();

/** Each reading counts as it is, and is a snapshot. */
const plainReadings = {
  BACKHAUL_INVENTORY_SMOOTHING_WINDOW: '1',
  BACKHAUL_INVENTORY_SNAPSHOT_INTERVAL: '0.1',
};

async function openInventory(options: StartOptions = {}): Promise<Page> {
  const { page } = await box.start({ ...options, env: plainReadings });
  await page.locator('.sidebar a[href="#/inventory"]').click();
  await expect(page.getByTestId('inventory')).toBeVisible();
  return page;
}

async function send(...lines: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
  const replies = await sendToBridge((await engineInfo(box.open)).bridgeSocket, lines);
  expect(replies.filter(({ type }) => type !== 'ack')).toEqual([]);
}

function stockRow(page: Page, product: string) {
  return page.getByTestId('stock-table').getByRole('row').filter({ hasText: product });
}

test('follows the shelf from the first count on, acknowledges an alert, and saves what was sold', async () => {
  const page = await openInventory();
  await expect(page.getByTestId('inventory-empty')).toContainText('"type":"inventory"');
  await screenshot(page, 'inventory-empty');
  expect(await accessibilityFaults(page)).toEqual([]);

  const now = Math.floor(Date.now() / 1000);
  await send(...shelfStory(6, now - 20).lines);
  await expect(page.getByTestId('shelf')).toContainText('Mango is out');
  await expect(stockRow(page, 'Lemon Cake')).toContainText('Expired');
  await send(...[1, 2, 3].map((second) => reading(now - 15 + second, { Mango: 0 })));
  await expect(page.getByTestId('shelf')).toHaveText(
    '2 products need attention: Mango is out and Lemon Cake has expired',
  );
  await expect(stockRow(page, 'Pineapple')).toContainText('Enough');

  const badge = page.locator('.sidebar a[href="#/inventory"] .badge');
  const before = Number(await badge.locator('[aria-hidden]').innerText());
  await page.getByRole('button', { name: 'Acknowledge: Mango is out' }).first().click();
  await expect(badge.locator('[aria-hidden]')).toHaveText(String(before - 1));
  await expect(page.locator('[data-severity=critical]').first()).toContainText('Acknowledged');
  await send(...[4, 5].map((second) => reading(now - 15 + second, { Mango: 9 })));
  await expect(page.getByTestId('shelf')).toHaveText('One product needs attention: Lemon Cake has expired');
  await expect(page.locator('[data-severity=critical]').first()).toHaveClass('resolved');
  await screenshotOfView(page, 'inventory-day');

  await send(...[6, 7, 8].map((second) => reading(now - 15 + second, { Mango: 7 })));
  const summary = async (): Promise<InventorySummary> =>
    ((await box.open.call('inventory.summary', { period: 'day' })) as { value: InventorySummary }).value;
  await expect
    .poll(async () => page.getByTestId('total-sold').innerText())
    .toBe(String((await summary()).total_sold));
  const sold = await summary();
  await page.getByTestId('sales-as-table').click();
  await expect(page.getByTestId('time-table').getByRole('row')).toHaveCount(sold.hours.length + 1);
  await page.getByTestId('sales-kind').getByRole('radio', { name: 'By product' }).click();
  await expect(page.getByTestId('product-table')).toContainText('Mango');
  expect(await accessibilityFaults(page)).toEqual([]);

  await page.getByTestId('period').getByRole('radio', { name: 'Week' }).click();
  await page.getByRole('button', { name: 'Previous week' }).click();
  await expect(page).toHaveURL(/period=week&day=\d{4}-\d{2}-\d{2}/u);
  await page.getByRole('button', { name: 'This week' }).click();
  await expect(page.getByTestId('period-name')).toContainText('This week');
  await page.getByTestId('period').getByRole('radio', { name: 'Day' }).click();
  await expect(page.getByTestId('period-name')).toContainText('Today');
  for (const format of ['csv', 'json', 'pdf'] as const) {
    const path = join(box.path, `sales.${format}`);
    await answerSaveDialog(box.open, path);
    await page.getByRole('button', { name: `Export as ${format.toUpperCase()}` }).click();
    await expect(page.getByTestId('exported')).toContainText(path);
    expectFigures(readFileSync(path), format, sold);
  }
  expect(box.open.complaints).toEqual([]);
});

function expectFigures(
  file: Buffer,
  format: 'csv' | 'json' | 'pdf',
  { products, total_sold }: InventorySummary,
): void {
  const mango = products.find((product) => product.product_name === 'Mango');
  if (format === 'json') {
    const saved = JSON.parse(file.toString()) as InventorySummary;
    expect(saved.total_sold).toBe(total_sold);
    expect(saved.products.find((product) => product.product_name === 'Mango')?.sold).toBe(mango?.sold);
  } else if (format === 'csv') {
    const lines = file.toString().split('\r\n');
    expect(lines[0]).toContain('part,first_day,last_day,hour,product_name,sold');
    expect(lines.find((line) => /^product,.*,Mango,/u.test(line))).toContain(
      `,Mango,${mango?.sold},${mango?.sales},`,
    );
  } else {
    const { pages, text } = readPdf(file);
    expect(pages).toBeGreaterThan(0);
    expect(text.replaceAll(/\s+/gu, ' ')).toContain('Inventory and sales');
    expect(text.replaceAll(/\s/gu, '')).toContain(`Mango${mango?.sold}${mango?.sales}`);
  }
}

test('edits products in Chinese, and says at its field what cannot be', async () => {
  const page = await openInventory({ language: 'zh-CN', preferences: { theme: 'dark' } });
  const now = Math.floor(Date.now() / 1000);
  await send(reading(now - 3, { Mango: 3 }), reading(now - 2, { Mango: 3 }), reading(now - 1, { Mango: 3 }));
  await expect(page.getByTestId('shelf')).toHaveText('1 种商品需要处理：Mango 快没有了');
  await screenshotOfView(page, 'inventory-zh-CN');
  expect(await accessibilityFaults(page)).toEqual([]);

  await page.getByTestId('edit-products').click();
  const dialog = page.getByTestId('products-dialog');
  await expect(dialog.getByRole('row')).toHaveCount(7);
  await dialog.getByRole('button', { name: '添加商品' }).click();
  await dialog.getByLabel('名称', { exact: true }).fill(' mango ');
  await dialog.getByLabel('其他名称').fill('Plum\nKilauea Lemon Cake');
  await dialog.getByLabel('数量低于等于多少为偏少').fill('two');
  await dialog.getByRole('button', { name: '保存' }).click();
  await expect(dialog.getByTestId('product-threshold')).toContainText('0 到 1,000,000 的整数');
  await dialog.getByLabel('数量低于等于多少为偏少').fill('4');
  await dialog.getByRole('button', { name: '保存' }).click();
  await expect(dialog.getByTestId('product-aliases')).toContainText('“Kilauea Lemon Cake”不能使用');
  await expect(dialog.getByLabel('名称', { exact: true })).toHaveAccessibleDescription(
    /不能与其他商品的名称/u,
  );
  await expect(dialog.getByTestId('product-threshold')).not.toContainText('0 到 1,000,000 的整数');
  await screenshot(page, 'inventory-product-fault');
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByLabel('名称', { exact: true }).fill('Plum');
  await dialog.getByLabel('其他名称').fill('');
  await dialog.getByLabel('数量低于等于多少为偏少').focus();
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('row')).toHaveCount(8);
  await expect(dialog.getByRole('row').last()).toContainText('Plum');

  await dialog.getByRole('row').last().click();
  await dialog.getByRole('button', { name: '移除…' }).click();
  await expect(dialog.getByRole('alert')).toContainText('“Plum”将不再清点');
  await dialog.getByRole('button', { name: '移除', exact: true }).click();
  await expect(dialog.getByRole('row')).toHaveCount(7);
  await dialog.getByRole('row').nth(1).click();
  await dialog.getByLabel('多少天后过期').fill('2.5');
  await dialog.getByRole('button', { name: '保存' }).click();
  await expect(dialog.getByRole('row').nth(1)).toContainText('2.5');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('restart-needed')).toBeVisible();
  expect(box.open.complaints).toEqual([]);
});

test('shows 500 products of the longest names at once where nothing is stored, by keyboard, in UTC', async () => {
  const config = { inventory: { products: [], enable_persistence: false, timezone: 'Asia/Shanghai' } };
  writeFileSync(join(box.path, 'config.json'), JSON.stringify(config));
  const preferences = { theme: 'contrast', clock: 'utc' } as const;
  const { page } = await box.start({ language: 'zh-TW', preferences, env: plainReadings });
  const now = Math.floor(Date.now() / 1000);
  const name = (index: number): string => `${index} ${'芒果'.repeat(90)}`;
  const counts = Object.fromEntries(
    Array.from({ length: 500 }, (_, index) => [name(index), index === 7 ? 0 : 1_000_000 + index]),
  );
  await send(...[1, 2, 3].map((second) => ({ type: 'inventory', timestamp_utc: now - 5 + second, counts })));
  const longest = await longestTask(page, async () => {
    const from = Date.now();
    await page.locator('.sidebar a[href="#/inventory"]').click();
    await expect(page.getByTestId('stock-table').getByRole('row').nth(1)).toBeVisible();
    note('view opened after, ms', Date.now() - from);
  });
  note('longest task, ms', longest);
  await expect(page.getByTestId('storage-off')).toContainText('不保存任何快照');
  await expect(page.getByText('時間為 UTC 時區')).toBeVisible();
  expect(await page.getByTestId('stock-table').getByRole('row').count()).toBeLessThan(40);
  await page.getByTestId('stock-table').locator('[data-index="0"]').focus();
  await page.keyboard.press('End');
  await expect(page.locator('[data-index="499"]')).toBeFocused();
  await expect(page.locator('[data-index="499"]')).toContainText(/1,000,\d{3}/u);
  await expect(page.getByTestId('shelf')).toContainText('7 芒果');
  await page.getByTestId('alerts').getByRole('button').first().click();
  await expect(page.getByTestId('alerts')).toContainText('已確認');
  expect(await page.locator('main').evaluate((main) => main.scrollWidth - main.clientWidth)).toBe(0);
  await screenshotOfView(page, 'inventory-500');
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(box.open.complaints).toEqual([]);
});
