import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from 'playwright/test';
import { recording, sendToBridge } from '../support/bridge-lines.ts';
import { accessibilityFaults } from './accessibility.ts';
import { changeFile } from './box-databases.ts';
import { engineInfo, type OpenConsole } from './console.ts';
import { eachConsole, type StartOptions } from './each-console.ts';
import { inEachLook } from './each-look.ts';
import { leastLongestTask, note } from './long-tasks.ts';
import { answerSaveDialog } from './save-dialog.ts';
import { screenshot } from './screenshots.ts';
import { seedDatabase } from './seed-database.ts';

const box = eachConsole();

async function start(options: StartOptions = {}): Promise<OpenConsole> {
  const open = await box.start(options);
  await open.page.locator('.sidebar a[href="#/history"]').click();
  return open;
}

function rows(page: Page) {
  return page.getByTestId('run-table').locator('[role=rowgroup] [role=row]');
}

test('says that no sync has run yet on a fresh box', async () => {
  const { page, complaints } = await start();
  await expect(page.getByTestId('history-empty')).toContainText('No sync has run yet');
  await screenshot(page, 'history-empty');
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

test('a sync appears at the top when it has ended, and two actions lead down to its batches and what it set aside', async () => {
  const console = await start();
  const { page } = console;
  const lines = recording(12).map((line) => (line.frame_number === 90 ? { ...line, state: 'GREEN' } : line));
  await sendToBridge((await engineInfo(console)).bridgeSocket, lines);
  // What another program writes into a row after it was captured: a state that no cloud knows.
  changeFile(box.path, `UPDATE division_states SET state = 'PURPLE' WHERE frame_number = 90`);
  await console.call('sync.start', { mode: 'full' });
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page).first()).toContainText('Partial');
  await expect(rows(page).first()).toContainText('Full, by hand');

  await rows(page).first().click();
  const dialog = page.getByTestId('run-dialog');
  const stream = dialog.locator('[data-stream=division_states]');
  // The one stream with trouble is open at once: its batches and records after one action.
  await expect(stream).toContainText('11 of 12 records');
  await expect(stream.getByRole('row').nth(1)).toContainText('Stored in part');
  await expect(stream).toContainText('violates check constraint');
  await expect(stream.getByRole('link')).toContainText('20251213_143500_camera_35/90');
  await dialog.locator('[data-stream=cameras]').getByRole('button').click();
  await expect(dialog.locator('[data-stream=cameras]')).toContainText('1 batch');
  await screenshot(page, 'history-run');
  expect(await accessibilityFaults(page)).toEqual([]);

  await stream.getByRole('link').click();
  await expect(page.getByTestId('entry-dialog')).toContainText('state');
  await page.goBack();
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});

test('10,000 runs scroll, jump and open, with no more drawn than is seen', async () => {
  await seedDatabase(box.path, { runs: 10_000 });
  const { page, complaints } = await start();
  await expect(page.getByText('10,000 syncs', { exact: true })).toBeVisible();
  const scroller = page.getByTestId('run-table').getByRole('grid');
  const longest = await leastLongestTask(page, async () => {
    for (let step = 0; step < 30; step += 1) {
      await scroller.evaluate((element) => element.scrollBy({ top: 900 }));
      await page.waitForTimeout(16);
    }
    await rows(page).last().focus();
    await page.keyboard.press('End');
    await expect(page.locator('[data-index="9999"]')).not.toBeEmpty();
    await expect(page.locator('[data-index="9999"] .cell-pending')).toHaveCount(0);
    await page.keyboard.press('Home');
    await expect(page.locator('[data-index="0"]')).toBeFocused();
  });
  expect(await rows(page).count()).toBeLessThan(60);
  note('longest task, ms', longest);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('run-dialog')).toContainText('Service states');
  expect(complaints).toEqual([]);
});

test('filters restrict together, live in the address, and say when nothing is left', async () => {
  await seedDatabase(box.path, { runs: 400 });
  const { page } = await start();
  await expect(page.getByText('400 syncs', { exact: true })).toBeVisible();
  await choose(page, 'filter-status', 'Failed');
  await expect(page.getByText('67 syncs', { exact: true })).toBeVisible();
  await choose(page, 'filter-mode', 'Full');
  await expect(page.getByText('13 syncs', { exact: true })).toBeVisible();
  await expect(rows(page)).toHaveCount(13);
  await expect(rows(page).locator('.chip')).toHaveText(Array.from({ length: 13 }, () => 'Failed'));
  expect(page.url()).toContain('#/history?status=failed&mode=full');
  await page.goBack();
  await expect(page.getByText('67 syncs', { exact: true })).toBeVisible();
  await choose(page, 'filter-status', 'Cancelled');
  await expect(page.getByTestId('history-no-match')).toContainText('No sync matches');
  await screenshot(page, 'history-no-match');
  await page.getByTestId('history-no-match').getByRole('button', { name: 'Show all syncs' }).click();
  await expect(page.getByText('400 syncs', { exact: true })).toBeVisible();
});

test('each chart has the same figures as a table, which leads to the runs of a day', async () => {
  await seedDatabase(box.path, { runs: 400 });
  const { page } = await start();
  const answer = (await box.open.call('history.statistics', { days: 30 })) as {
    value: { recordsPerDay: { runs: number; records: number; byStatus: Record<string, number> }[] };
  };
  const yesterday = answer.value.recordsPerDay.at(-2);
  expect(yesterday?.records).toBeGreaterThan(0);
  for (const [kind, column, figure] of [
    ['Records per day', 'Records', yesterday?.records.toLocaleString('en') ?? ''],
    ['Results per day', 'Failed', String(yesterday?.byStatus.failed)],
    ['Time per sync', 'Longest', /\d/],
  ] as const) {
    await page.getByTestId('chart-kind').getByRole('radio', { name: kind }).click();
    await expect(page.getByTestId('day-chart').locator('.recharts-surface').first()).toBeVisible();
    await expect(page.getByTestId('day-chart').locator('path').first()).toBeAttached();
    await page.getByTestId('chart-as-table').click();
    const columns = page.getByTestId('day-table').getByRole('columnheader');
    await expect(columns.filter({ hasText: column })).toBeVisible();
    const index = (await columns.allTextContents()).indexOf(column);
    const newest = page
      .getByTestId('day-table')
      .getByRole('row')
      .filter({ has: page.getByRole('link') });
    await expect(newest.nth(1).locator('th, td').nth(1)).toHaveText(String(yesterday?.runs));
    await expect(newest.nth(1).locator('th, td').nth(index)).toHaveText(figure);
    await page.getByTestId('chart-as-table').click();
  }
  await page.getByTestId('chart-days').getByRole('radio', { name: '7 days' }).click();
  await page.getByTestId('chart-as-table').click();
  await expect(page.getByTestId('day-table').getByRole('row')).toHaveCount(8);
  const day = page.getByTestId('day-table').getByRole('link').nth(1);
  await day.click();
  await expect(page).toHaveURL(/day=\d{4}-\d{2}-\d{2}/);
  await expect(page.getByText('144 syncs', { exact: true })).toBeVisible();
});

for (const format of ['csv', 'json'] as const) {
  test(`exports the runs that are selected as ${format}, and says where they went`, async () => {
    await seedDatabase(box.path, { runs: 1200 });
    const { page } = await start();
    const path = join(box.path, `runs.${format}`);
    await answerSaveDialog(box.open, path);
    await choose(page, 'filter-status', 'Failed');
    await expect(page.getByText('200 syncs', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: `Export as ${format.toUpperCase()}` }).click();
    await expect(page.getByTestId('exported')).toContainText(path);
    const text = readFileSync(path, 'utf8');
    if (format === 'json') {
      const runs = JSON.parse(text) as { status: string }[];
      expect(runs).toHaveLength(200);
      expect(new Set(runs.map((run) => run.status))).toEqual(new Set(['failed']));
    } else {
      const lines = text.trimEnd().split(/\r?\n/u);
      expect(lines).toHaveLength(201);
      expect(lines[0]).toContain('runId,startedAt,status');
      expect(lines[1]).toMatch(/^\d+,.*,failed,/u);
    }
  });
}

test('newer runs do not move the rows that someone reads', async () => {
  await seedDatabase(box.path, { runs: 500 });
  const console = await start();
  const { page } = console;
  await expect(page.getByText('500 syncs', { exact: true })).toBeVisible();
  await page
    .getByTestId('run-table')
    .getByRole('grid')
    .evaluate((element) => element.scrollTo({ top: 4400 }));
  // A row is there, empty, before its run has been read.
  const read = page.locator('[data-index="105"]');
  await expect(read).not.toHaveText('');
  const before = await read.innerText();
  await sendToBridge((await engineInfo(console)).bridgeSocket, recording(3));
  await console.call('sync.start', { mode: 'full' });
  await expect(page.getByTestId('arrived')).toContainText('Show one newer sync');
  expect(await read.innerText()).toBe(before);
  await page.getByTestId('arrived').click();
  await expect(rows(page).first()).toContainText('Full, by hand');
  await expect(page.getByText('501 syncs', { exact: true })).toBeVisible();
});

test('is used by keyboard alone, from the sidebar to a batch and back', async () => {
  await seedDatabase(box.path, { runs: 60 });
  const { page } = await start();
  await page.locator('.sidebar a[href="#/home"]').click();
  await page.locator('.sidebar a[href="#/home"]').focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-view-heading]')).toBeFocused();
  await tabTo(page, '[data-index="0"]');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('run-dialog')).toBeVisible();
  await expect(page.locator('.stream-trigger').first()).toBeVisible();
  await expect(page.locator('.stream-part[data-expanded]')).toHaveCount(0);
  await tabTo(page, '.stream-trigger');
  await page.keyboard.press('Enter');
  await expect(page.locator('.stream-part[data-expanded]')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('run-dialog')).toBeHidden();
  await expect(page.locator('[data-index="1"]')).toBeFocused();
});

test('can be read by everybody, in any language and appearance', async () => {
  await seedDatabase(box.path, { runs: 1500 });
  const console = await start();
  const { page } = console;
  const kind = page.getByTestId('chart-kind').getByRole('radio');
  await inEachLook(console, async (_look, name) => {
    await expect(rows(page).first()).toBeVisible();
    await screenshot(page, `history-${name}`);
    expect(await accessibilityFaults(page)).toEqual([]);
    await kind.nth(1).click();
    await screenshot(page, `history-results-${name}`);
    await kind.nth(2).click();
    await screenshot(page, `history-durations-${name}`);
    await page.getByTestId('chart-as-table').click();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByTestId('chart-as-table').click();
    await kind.nth(0).click();
  });
  await rows(page).first().click();
  await page.locator('.stream-trigger').first().click();
  await inEachLook(console, async (_look, name) => {
    await screenshot(page, `history-run-${name}`);
    expect(await accessibilityFaults(page)).toEqual([]);
  });
});

async function choose(page: Page, testId: string, option: string): Promise<void> {
  await page.getByTestId(testId).getByRole('button').click();
  await page.getByRole('option', { name: option, exact: true }).click();
}

async function tabTo(page: Page, selector: string): Promise<void> {
  for (let press = 0; press < 60; press += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((one) => document.activeElement?.matches(one) ?? false, selector)) return;
  }
  throw new Error(`Tab never led to ${selector}.`);
}
