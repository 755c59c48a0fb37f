import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from 'playwright/test';
import { recording, sendToBridge } from '../support/bridge-lines.ts';
import { accessibilityFaults } from './accessibility.ts';
import { asCloudOwner } from './box-databases.ts';
import { engineInfo } from './console.ts';
import { eachConsole, onlyClicksSend } from './each-console.ts';
import { inEachLook } from './each-look.ts';
import { besideServiceEngine } from './other-processes.ts';
import { screenshot } from './screenshots.ts';
import { silentCloud } from './silent-cloud.ts';

const box = eachConsole();

const start = box.start;

function verdict(page: Page) {
  return page.getByTestId('verdict');
}

function pending(page: Page, stream: string) {
  return page.locator(`[data-stream=${stream}] [data-count=pending]`);
}

test.describe('Home', () => {
  test('says that a fresh box is ready and has no records yet', async () => {
    const { page, complaints } = await start();
    await expect(verdict(page)).toContainText('Ready. No records yet');
    await expect(pending(page, 'division_states')).toHaveText('0');
    await screenshot(page, 'home-empty');
    expect(complaints).toEqual([]);
  });

  test('shows what the bridge commits, and one click carries all of it to the local cloud', async () => {
    const console = await start({ env: onlyClicksSend });
    const { page } = console;
    const { bridgeSocket } = await engineInfo(console);

    const replies = await sendToBridge(bridgeSocket, recording(40));
    expect(replies.filter((reply) => reply.type !== 'ack')).toEqual([]);
    await expect(pending(page, 'division_states')).toHaveText('40');
    await expect(pending(page, 'sessions')).toHaveText('1');
    await expect(page.locator('.sidebar .location')).toHaveText('store_window');
    await expect(verdict(page)).toContainText('records are waiting');
    await screenshot(page, 'home-waiting');

    await page.getByRole('button', { name: 'Sync everything now' }).click();
    await expect(page.getByTestId('run').or(page.getByTestId('outcome'))).toBeVisible();
    await expect(page.getByTestId('outcome')).toContainText('Done:');
    await expect(verdict(page)).toContainText(/All \d+ records are safe on this box/);
    await expect(page.locator('body')).not.toContainText(/in the cloud/i);
    await expect(pending(page, 'division_states')).toHaveText('0');
    await expect(page.locator('[data-stream=division_states] [data-count=synced]')).toHaveText('40');
    await screenshot(page, 'home-safe');
  });

  test('starts a sync from the keyboard alone', async () => {
    const console = await start({ env: onlyClicksSend });
    const { bridgeSocket } = await engineInfo(console);
    await sendToBridge(bridgeSocket, recording(5));
    await expect(pending(console.page, 'division_states')).toHaveText('5');
    const button = console.page.getByRole('button', { name: 'Sync everything now' });
    for (let presses = 0; presses < 12; presses += 1) {
      await console.page.keyboard.press('Tab');
      if (await button.evaluate((element) => element === document.activeElement)) break;
    }
    await expect(button).toBeFocused();
    await console.page.keyboard.press('Enter');
    await expect(console.page.getByTestId('outcome')).toContainText('Done:');
  });

  for (const [language, theme, words] of [
    ['en', 'light', 'Ready. No records yet'],
    ['zh-CN', 'dark', '已就绪，暂无记录'],
    ['zh-TW', 'light', '已就緒，尚無紀錄'],
  ] as const) {
    test(`speaks the system’s language and has no accessibility fault (${language}, ${theme})`, async () => {
      const { page } = await start({ language, theme });
      await expect(verdict(page)).toContainText(words);
      expect(await page.evaluate(() => document.documentElement.lang)).toBe(language);
      await screenshot(page, `home-${language}-${theme}`);
      expect(await accessibilityFaults(page)).toEqual([]);
    });
  }
});

test.describe('Home in trouble', () => {
  test('says in any language since when the cloud is silent, why the last sync failed, and what waits', async () => {
    const words = {
      en: /Offline since .*14 records are waiting, nothing is lost/,
      'zh-CN': /自 .* 起离线，14 条记录等待同步，没有丢失/,
      'zh-TW': /自 .* 起離線，14 筆紀錄等待同步，沒有遺失/,
    };
    const console = await start({ env: silentCloud });
    const { page } = console;
    await sendToBridge((await engineInfo(console)).bridgeSocket, recording(11));
    await inEachLook(console, async ({ language }) => {
      await expect(verdict(page)).toContainText(words[language]);
      await expect(page.getByTestId('cause')).toHaveCount(0);
    });
    await console.call('sync.start', { mode: 'full' });
    await inEachLook(console, async (_look, name) => {
      await expect(page.getByTestId('cause')).toBeVisible();
      await screenshot(page, `home-offline-${name}`);
      expect(await accessibilityFaults(page)).toEqual([]);
    });
  });

  test('says what the cloud lacks in plain words, and that a pause ends by itself', async () => {
    const console = await start();
    const { page } = console;
    await sendToBridge((await engineInfo(console)).bridgeSocket, recording(6));
    await console.call('sync.start', { mode: 'full' });
    await expect(verdict(page)).toContainText('safe on this box');
    await asCloudOwner(box.path, 'REVOKE INSERT ON "ASE_division_states" FROM authenticated');
    await sendToBridge((await engineInfo(console)).bridgeSocket, recording(9).slice(-3));
    await page.getByRole('button', { name: 'Sync everything now' }).click();
    await expect(page.getByTestId('cause')).toContainText('The cloud does not let this box write.');
    await expect(verdict(page)).toHaveAttribute('data-verdict', 'lastRunFailed');
    await console.call('schedule.pause', { hours: 2 });
    await expect(page.getByTestId('paused')).toContainText('Paused until');
    await screenshot(page, 'home-blocked-paused');
  });
});

test.describe('the way to the engine', () => {
  test('starts an engine again that was killed, and the window goes on', async () => {
    const console = await start();
    const { pid, bridgeSocket } = await engineInfo(console);
    await sendToBridge(bridgeSocket, recording(3));
    await expect(pending(console.page, 'division_states')).toHaveText('3');
    process.kill(pid, 'SIGKILL');
    await expect
      .poll(async () => (await console.call('engine.info', {})) as object)
      .toMatchObject({ ok: true });
    const second = await engineInfo(console);
    expect(second.pid).not.toBe(pid);
    await sendToBridge(second.bridgeSocket, recording(6));
    await expect(pending(console.page, 'division_states')).toHaveText('6');
  });

  test('attaches to an engine that already runs, and leaves it running', async () => {
    await besideServiceEngine(box.path, async (engine) => {
      const console = await start();
      expect((await engineInfo(console)).pid).toBe(engine.pid);
      await console.app.close();
      box.ended();
      expect(engine.exitCode()).toBeNull();
    });
  });
});

test.describe('the window', () => {
  test('opens again at once while the console before it is still ending', async () => {
    const first = await start();
    const { pid } = await engineInfo(first);
    const closing = first.app.close();
    box.ended();
    // Electron's single-instance lock is this link; a launch while it is there ends in favour of the first.
    await expect
      .poll(() => lstatSync(join(box.path, 'console', 'SingletonLock'), { throwIfNoEntry: false }))
      .toBeUndefined();
    const second = await start();
    await closing;
    await expect.poll(async () => (await engineInfo(second)).pid).not.toBe(pid);
    await expect(verdict(second.page)).toContainText('No records yet');
  });
});
