import { expect, type Page, test } from 'playwright/test';
import { recording, sendToBridge } from '../support/bridge-lines.ts';
import { accessibilityFaults } from './accessibility.ts';
import { engineInfo } from './console.ts';
import { eachConsole, type StartOptions } from './each-console.ts';
import { inEachLook } from './each-look.ts';
import { screenshot } from './screenshots.ts';

const box = eachConsole();

async function openFind(options: StartOptions = {}): Promise<Page> {
  const open = await box.start(options);
  await sendToBridge((await engineInfo(open)).bridgeSocket, recording(12));
  await open.page.keyboard.press('Alt+6');
  await expect(open.page.getByTestId('find')).toBeVisible();
  return open.page;
}

test.describe('Find', () => {
  test('follows a record from the camera to the cloud, by keyboard alone', async () => {
    const page = await openFind();
    await page.getByLabel('Camera').focus();
    await page.keyboard.type('camera_35');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: '12 records found' })).toBeVisible();
    await expect(page.getByTestId('found')).toContainText('Waiting');
    await box.open.call('sync.start', { mode: 'full' });
    await page.getByRole('button', { name: 'Find' }).focus();
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('found')).toContainText('Sent');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const way = page.getByTestId('way');
    await expect(way.getByTestId('why')).toHaveText('It is in the local cloud on this box.');
    await expect(way).toContainText('The local cloud has it.');
    await expect(way.getByText(/"frame_number": \d+/)).toBeVisible();
    expect(await accessibilityFaults(page)).toEqual([]);
    await screenshot(page, 'find-way');
    await page.keyboard.press('Escape');
    await expect(way).toBeHidden();
    await expect(page.getByRole('row').nth(2)).toBeFocused();
  });

  test('says what can be done when nothing fits, in any language and appearance', async () => {
    const nothing = { en: 'No record like that', 'zh-CN': '没有这样的记录', 'zh-TW': '沒有這樣的紀錄' };
    const page = await openFind();
    await inEachLook(box.open, async ({ language }, name) => {
      await page.evaluate(() => {
        window.location.hash = '#/find?camera=camera_35&table=T99';
      });
      await expect(page.getByText(nothing[language])).toBeVisible();
      await page.evaluate(() => {
        window.location.hash = '#/find?camera=camera_35';
      });
      await expect(page.getByTestId('found')).toBeVisible();
      await screenshot(page, `find-${name}`);
      expect(await accessibilityFaults(page)).toEqual([]);
    });
  });
});
