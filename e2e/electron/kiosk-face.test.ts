import { expect, type Page, test } from 'playwright/test';
import { recording, sendToBridge } from '../support/bridge-lines.ts';
import { accessibilityFaults } from './accessibility.ts';
import { engineInfo } from './console.ts';
import { eachConsole, onlyClicksSend } from './each-console.ts';
import { inEachLook } from './each-look.ts';
import { startKiosk } from './kiosk-window.ts';
import { screenshot } from './screenshots.ts';

const box = eachConsole();

test.describe('the face of the kiosk', () => {
  test('syncs everything by its one button and shows how it goes', async () => {
    const console = await startKiosk(box, { env: onlyClicksSend });
    const { page } = console;
    await sendToBridge((await engineInfo(console)).bridgeSocket, recording(20));
    await expect(page.getByTestId('verdict')).toContainText('records are waiting');
    await page.getByRole('button', { name: 'Sync everything now' }).click();
    await expect(page.getByTestId('outcome')).toContainText('Done:');
    await expect(page.getByTestId('verdict')).toContainText('records are safe on this box');
    await expect(page.getByTestId('quiet-line')).toContainText('20 records captured today');
    await expect(page.getByTestId('quiet-line')).toContainText('The camera is working');
  });

  test('leads to the other views by touch and comes back by itself, its dialogs closed', async () => {
    const { page } = await startKiosk(box);
    await page.clock.install();
    await page.reload();
    await page.getByTestId('quiet-line').waitFor();
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('button', { name: 'History' }).click();
    await expect(page).toHaveURL(/#\/history/);
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.clock.runFor(110_000);
    await expect(page.getByTestId('kiosk-menu')).toBeVisible();
    await page.keyboard.press('Shift');
    await page.clock.runFor(110_000);
    await expect(page.getByTestId('kiosk-menu')).toBeVisible();
    await page.clock.runFor(11_000);
    await expect(page).toHaveURL(/#\/home$/);
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(page.getByTestId('quiet-line')).toBeVisible();
  });

  test('hides the pointer after 3 seconds, and moves the picture a little each minute', async () => {
    const { page } = await startKiosk(box);
    await page.clock.install();
    await page.reload();
    await page.getByTestId('quiet-line').waitFor();
    const cursor = (): Promise<string> =>
      page.getByRole('button', { name: 'Menu' }).evaluate((button) => getComputedStyle(button).cursor);
    await page.mouse.move(300, 300);
    expect(await cursor()).not.toBe('none');
    await page.clock.runFor(3_100);
    expect(await cursor()).toBe('none');
    await page.mouse.move(310, 310);
    expect(await cursor()).not.toBe('none');

    const place = (): Promise<string> =>
      page.locator('.kiosk').evaluate((face) => (face as HTMLElement).style.transform);
    const before = await place();
    await page.clock.runFor(61_000);
    expect(await place()).not.toBe(before);
    expect(await place()).toMatch(/^translate\(-?(\d|1[012])px, -?(\d|1[012])px\)$/);
  });

  test('is whole, large enough for a finger and accessible, upright and across, in any language and appearance', async () => {
    const captured = {
      en: '12 records captured today',
      'zh-CN': '今日采集 12 条',
      'zh-TW': '今日擷取 12 筆',
    };
    const console = await startKiosk(box);
    const { app, page, complaints } = console;
    await sendToBridge((await engineInfo(console)).bridgeSocket, recording(12));
    for (const [width, height] of [
      [1080, 1920],
      [1280, 800],
    ] as const) {
      await app.evaluate(
        ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setBounds({ x: 0, y: 0, ...size }),
        { width, height },
      );
      await page.setViewportSize({ width, height }).catch(() => undefined);
      await expect.poll(() => page.evaluate(() => [innerWidth, innerHeight])).toEqual([width, height]);
      await inEachLook(console, async ({ language }, name) => {
        await expect(page.getByTestId('quiet-line')).toContainText(captured[language]);
        await screenshot(page, `kiosk-${width}x${height}-${name}`);
        expect(await accessibilityFaults(page)).toEqual([]);
        await page.locator('.kiosk-bar button').last().click();
        await page.getByTestId('kiosk-menu').waitFor();
        expect(await accessibilityFaults(page)).toEqual([]);
        await page.getByTestId('kiosk-menu').getByRole('button').last().click();
        await page.getByTestId('kiosk-pin').waitFor();
        expect(await accessibilityFaults(page)).toEqual([]);
        expect(await smallTargets(page)).toEqual([]);
        await page.keyboard.press('Escape');
        await expect(page.getByTestId('kiosk-pin')).toHaveCount(0);
      });
    }
    expect(complaints).toEqual([]);
  });
});

/** Buttons that a finger may miss, or that lie off the screen; what only a screen reader finds is not pressed. */
async function smallTargets(page: Page): Promise<readonly string[]> {
  return await page.locator('button').evaluateAll((buttons) =>
    buttons.flatMap((button) => {
      const { width, height, bottom, right } = button.getBoundingClientRect();
      if (button.closest('[style*="clip"]')) return [];
      const fits = width >= 44 && height >= 44 && bottom <= innerHeight && right <= innerWidth;
      return fits ? [] : [`${button.textContent} ${Math.round(width)}×${Math.round(height)}`];
    }),
  );
}
