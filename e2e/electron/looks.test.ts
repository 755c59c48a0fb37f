import { expect, type Page, test } from 'playwright/test';
import { viewNames } from '../../src-renderer/console/route.ts';
import { recording, sendToBridge } from '../support/bridge-lines.ts';
import { reading } from '../support/shelf-story.ts';
import { accessibilityFaults } from './accessibility.ts';
import { engineInfo } from './console.ts';
import { sharedConsole } from './each-console.ts';
import { choose } from './each-look.ts';

const box = sharedConsole();

/** A console with records that arrived, records that wait, one that was refused, a refused line, and a shelf. */
test.beforeAll(async () => {
  const { open } = box;
  const { bridgeSocket } = await engineInfo(open);
  await sendToBridge(bridgeSocket, recording(20));
  await open.call('sync.start', { mode: 'full' });
  await sendToBridge(bridgeSocket, [...recording(24), { type: 'division_state', seq: 99, state: 'GREEN' }]);
  const now = Date.now() / 1000;
  await sendToBridge(bridgeSocket, [reading(now - 2, { Mango: 2 }), reading(now - 1, { Mango: 2 })]);
});

test.beforeEach(async () => {
  await choose(box.open, { theme: 'light' });
});

async function zoom(factor: number): Promise<void> {
  await box.open.app.evaluate(({ BrowserWindow }, to) => {
    for (const window of BrowserWindow.getAllWindows()) window.webContents.setZoomFactor(to);
  }, factor);
}

async function goTo(page: Page, view: string): Promise<void> {
  await page.evaluate((name) => {
    window.location.hash = `#/${name}`;
  }, view);
  await page.locator('main [data-view-heading]').waitFor();
  await expect(page.locator('main .loading')).toHaveCount(0);
}

for (const theme of ['light', 'dark', 'contrast'] as const) {
  test(`no view has an accessibility fault (${theme})`, async () => {
    const { page } = box.open;
    await choose(box.open, { theme });
    for (const view of viewNames) {
      await goTo(page, view);
      expect(await accessibilityFaults(page), view).toEqual([]);
    }
    await page.keyboard.press('F1');
    await expect(page.getByTestId('help')).toBeVisible();
    expect(await accessibilityFaults(page), 'help').toEqual([]);
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('help')).toHaveCount(0);
    expect(box.open.complaints).toEqual([]);
  });
}

test('every text comes from the texts, and none is cut when it is a third longer', async () => {
  const { page } = box.open;
  await page.goto('backhaul://app/?pseudo');
  for (const view of viewNames) {
    await goTo(page, view);
    expect(await page.evaluate(foreignTexts), view).toEqual([]);
    expect(await page.evaluate(cutTexts), view).toEqual([]);
  }
  await page.goto('backhaul://app/');
});

test('everything is there at 200 %', async () => {
  const { page } = box.open;
  await zoom(2);
  await expect.poll(() => page.evaluate(() => window.innerWidth)).toBeLessThan(700);
  for (const view of viewNames) {
    await goTo(page, view);
    const overflow = await page.evaluate(() => {
      const scrolling = [document.documentElement, ...document.querySelectorAll('main')];
      return Math.max(...scrolling.map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth));
    });
    expect(overflow, view).toBeLessThanOrEqual(0);
    expect(await page.evaluate(cutTexts), view).toEqual([]);
  }
  await zoom(1);
});

/** Visible texts with a word in them that are not in the pseudo language's brackets and are no data. */
function foreignTexts(): string[] {
  const data =
    'code, pre, kbd, [data-data], .engine-words, .product, .location, time, input, textarea, svg, option';
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found: string[] = [];
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.textContent?.trim() ?? '';
    if (!element || element.closest(data) || !element.checkVisibility()) continue;
    // Numbers and times come from the formats of the language, ids from the box.
    const words =
      text
        .replaceAll(/⟦[^⟧]*⟧|https?:\S+|(?:^|\s)\/\S+|camera_\d+|store_window/gu, ' ')
        .match(/[A-Za-z]{3,}/gu) ?? [];
    const own = /^(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|sec|min|days?|UTC)$/u;
    if (words.some((word) => !own.test(word))) found.push(text);
  }
  return found;
}

/** Texts of which something is out of sight with no way to see it. */
function cutTexts(): string[] {
  return [...document.querySelectorAll<HTMLElement>('body *')]
    .filter((element) => {
      if (
        !element.checkVisibility() ||
        element.closest(
          '[aria-hidden=true], [data-testid=hidden-select-container], .visually-hidden, .cell, svg, input, .recharts-wrapper',
        )
      )
        return false;
      const hides = getComputedStyle(element).overflowX === 'hidden';
      return hides && element.scrollWidth > element.clientWidth + 1 && element.innerText.trim() !== '';
    })
    .map((element) => `${element.className}: ${element.innerText.slice(0, 80)}`);
}
