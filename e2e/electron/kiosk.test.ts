import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'playwright/test';
import { openKioskPin } from '../../src-main/engine/config/kiosk-pin.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { accessibilityFaults } from './accessibility.ts';
import { recording, sendToBridge } from './bridge-lines.ts';
import { type ConsoleOptions, consoleCommand, engineInfo, type OpenConsole, openConsole } from './console.ts';

let folder: ReturnType<typeof temporaryFolder>;
let open: OpenConsole | undefined;

test.beforeEach(() => {
  folder = temporaryFolder('kiosk');
});

test.afterEach(async () => {
  await open?.app.close();
  open = undefined;
  folder.remove();
});

const pin = '246810';

async function start(options: Omit<ConsoleOptions, 'dataDir'> = {}): Promise<OpenConsole> {
  open = await openConsole({ dataDir: folder.path, ...options });
  return open;
}

async function startKiosk(options: Omit<ConsoleOptions, 'dataDir'> = {}): Promise<OpenConsole> {
  await openKioskPin(folder.path, { now: () => new Date(), uptimeMs: () => performance.now() }).set(pin);
  const console = await start({ switches: ['--kiosk'], ...options });
  await expect.poll(() => looks(console)).toMatchObject({ kiosk: true });
  return console;
}

function looks({ app }: OpenConsole) {
  return app.evaluate(({ BrowserWindow, screen }) => {
    const [window] = BrowserWindow.getAllWindows();
    if (!window) return null;
    const { bounds } = screen.getPrimaryDisplay();
    return {
      kiosk: window.isKiosk(),
      visible: window.isVisible(),
      minimized: window.isMinimized(),
      fills: JSON.stringify(window.getBounds()) === JSON.stringify(bounds),
      zoom: window.webContents.getZoomFactor(),
      tools: window.webContents.isDevToolsOpened(),
    };
  });
}

async function info(console: OpenConsole): Promise<{ kiosk: boolean; kioskPinSet: boolean }> {
  const answer = (await console.call('desktop.info', {})) as {
    value: { kiosk: boolean; kioskPinSet: boolean };
  };
  return answer.value;
}

async function openPinPad({ page }: OpenConsole): Promise<void> {
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('button', { name: 'Leave the kiosk…' }).click();
  await page.getByTestId('kiosk-pin').waitFor();
}

async function enter({ page }: OpenConsole, digits: string): Promise<void> {
  for (const digit of digits) await page.getByRole('button', { name: digit, exact: true }).click();
  await page.getByRole('button', { name: 'Leave', exact: true }).click();
}

test.describe('the kiosk', () => {
  test('fills the screen, and neither keys, nor closing, nor the page lead out of it', async () => {
    const console = await startKiosk();
    const { app, page } = console;
    const locked = {
      kiosk: true,
      visible: true,
      minimized: false,
      fills: true,
      zoom: 1,
      tools: false,
    };
    await expect.poll(() => looks(console)).toEqual(locked);
    const url = page.url();
    for (const keys of [
      ...['Alt+F4', 'Control+Q', 'Control+W', 'F11', 'F5', 'Control+R', 'F12', 'Control+Shift+I'],
      ...['Control+Equal', 'Control+Minus', 'Control+0', 'Alt+ArrowLeft', 'Escape', 'Control+M', 'Meta+Q'],
    ]) {
      await page.keyboard.press(keys);
    }
    await app.evaluate(({ BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows();
      const press = (keyCode: string, modifiers: ('control' | 'shift' | 'alt')[]): void =>
        window?.webContents.sendInputEvent({ type: 'keyDown', keyCode, modifiers });
      press('Q', ['control']);
      press('F11', []);
      press('F4', ['alt']);
      press('=', ['control']);
      press('I', ['control', 'shift']);
      window?.close();
      window?.minimize();
      window?.webContents.openDevTools({ mode: 'detach' });
    });
    for (const [name, input] of [
      ['desktop.quit', {}],
      ['desktop.setPreferences', { kiosk: false }],
      ['desktop.setPreferences', { openAtSignIn: false }],
      ['desktop.saveDiagnostics', {}],
      ['desktop.exportHistory', { format: 'csv', selection: {} }],
      ['config.set', {}],
      ['cloud.switch', {}],
      ['quarantine.discard', { all: true }],
    ] as const) {
      const answer = (await console.call(name, input)) as { ok: boolean; fault?: { code: string } };
      expect([name, answer.ok, ['locked', 'invalid_input'].includes(answer.fault?.code ?? '')]).toEqual([
        name,
        false,
        true,
      ]);
    }
    await page.waitForTimeout(500);
    await expect.poll(() => looks(console)).toEqual(locked);
    expect(page.url()).toBe(url);
    expect(await info(console)).toMatchObject({ kiosk: true });
  });

  test('opens its window again when the page closes itself', async () => {
    const console = await startKiosk();
    const { pid } = await engineInfo(console);
    const next = console.app.waitForEvent('window');
    await console.page.evaluate(() => window.close()).catch(() => undefined);
    await (await next).getByTestId('quiet-line').waitFor();
    await expect.poll(() => looks(console)).toMatchObject({ kiosk: true, visible: true, fills: true });
    expect(() => process.kill(pid, 0)).not.toThrow();
  });

  test('is left with the PIN by the pad, and is an ordinary window then', async () => {
    const console = await startKiosk();
    await openPinPad(console);
    await enter(console, '1357');
    await expect(console.page.getByTestId('pin-answer')).toHaveText('That is not the PIN. 4 tries are left.');
    await enter(console, pin);
    await expect(console.page.getByRole('navigation', { name: 'Views' })).toBeVisible();
    await expect.poll(() => looks(console)).toMatchObject({ kiosk: false, visible: true });
    expect(await info(console)).toMatchObject({ kiosk: false, kioskPinSet: true });
  });

  test('is left by keyboard alone', async () => {
    const { page } = await startKiosk();
    await page.keyboard.press('Tab');
    await expect(page.getByRole('button', { name: 'Menu' })).toBeFocused();
    await page.keyboard.press('Enter');
    const leave = page.getByRole('button', { name: 'Leave the kiosk…' });
    await leave.waitFor();
    for (
      let step = 0;
      step < 12 && !(await leave.evaluate((one) => one === document.activeElement));
      step += 1
    )
      await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect(page.getByLabel('PIN', { exact: true })).toBeFocused();
    await page.keyboard.type(pin);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('navigation', { name: 'Views' })).toBeVisible();
  });

  test('closes the way out after five wrong PINs, also over a restart, and the records go on', async () => {
    const first = await startKiosk();
    await openPinPad(first);
    const answer = first.page.getByTestId('pin-answer');
    for (const left of ['4 tries are', '3 tries are', '2 tries are', 'One try is', 'Too many wrong tries']) {
      await enter(first, '0000');
      await expect(answer).toContainText(left);
    }
    await first.app.close();
    const second = await start({ switches: ['--kiosk'] });
    expect(await second.call('desktop.leaveKiosk', { pin })).toMatchObject({
      ok: true,
      value: { accepted: false, triesLeft: 0, lockedUntil: expect.any(String) },
    });
    expect(await info(second)).toMatchObject({ kiosk: true });
    const replies = await sendToBridge((await engineInfo(second)).bridgeSocket, recording(3));
    expect(replies.filter(({ type }) => type !== 'ack')).toEqual([]);
    const log = readFileSync(join(folder.path, 'logs', 'console.log'), 'utf8');
    expect(log).not.toMatch(/246810|"0000"/);
  });

  test('is not entered without a PIN: an ordinary window opens and says why', async () => {
    const console = await start({ switches: ['--kiosk'] });
    await expect.poll(() => looks(console)).toMatchObject({ kiosk: false, visible: true });
    expect(readFileSync(join(folder.path, 'logs', 'console.log'), 'utf8')).toContain('has no PIN');
    expect(await console.call('desktop.enterKiosk', {})).toMatchObject({
      ok: false,
      fault: { code: 'misconfigured' },
    });
    expect(await console.call('desktop.setPreferences', { kiosk: true })).toMatchObject({
      ok: false,
      fault: { code: 'misconfigured' },
    });
  });

  test('is set up and entered from the window, and opens as a kiosk the next time', async () => {
    const first = await start();
    expect(await first.call('desktop.setKioskPin', { pin, current: null })).toMatchObject({
      value: { accepted: true },
    });
    expect(await first.call('desktop.setKioskPin', { pin: '1111', current: '9999' })).toMatchObject({
      value: { accepted: false },
    });
    expect(await first.call('desktop.setPreferences', { kiosk: true })).toMatchObject({ ok: true });
    await first.call('desktop.enterKiosk', {});
    await expect.poll(() => looks(first)).toMatchObject({ kiosk: true, fills: true });
    await expect(first.page.getByTestId('quiet-line')).toBeVisible();
    await first.app.close();
    const second = await start();
    await expect.poll(() => looks(second)).toMatchObject({ kiosk: true, fills: true });
  });

  test('keeps its lock when a second launch asks for a window', async () => {
    const console = await startKiosk();
    const { executable, args } = await consoleCommand({ dataDir: folder.path });
    const second = spawn(executable, args, { stdio: 'ignore' });
    await new Promise((resolve) => second.once('exit', resolve));
    await expect.poll(() => looks(console)).toMatchObject({ kiosk: true, visible: true });
  });

  test('is back within 3 seconds when its page crashes, still locked', async () => {
    const console = await startKiosk();
    const { pid } = await engineInfo(console);
    const backMs = await console.app.evaluate(
      ({ BrowserWindow }) =>
        new Promise<number>((resolve) => {
          const contents = BrowserWindow.getAllWindows()[0]?.webContents;
          const crashedAt = performance.now();
          const look = async (): Promise<void> => {
            const seen = await contents
              ?.executeJavaScript("document.querySelector('.kiosk-home [data-verdict]') !== null")
              .catch(() => false);
            if (seen === true) resolve(performance.now() - crashedAt);
            else setTimeout(() => void look(), 50);
          };
          contents?.once('did-finish-load', () => void look());
          contents?.forcefullyCrashRenderer();
        }),
    );
    expect(backMs).toBeLessThan(3_000);
    expect(await looks(console)).toMatchObject({ kiosk: true, fills: true });
    expect(() => process.kill(pid, 0)).not.toThrow();
  });
});

test.describe('the face of the kiosk', () => {
  test('syncs everything by its one button and shows how it goes', async () => {
    const console = await startKiosk();
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
    const { page } = await startKiosk();
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
    const { page } = await startKiosk();
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

  for (const [language, theme] of [
    ['en', 'light'],
    ['zh-CN', 'dark'],
    ['zh-TW', 'light'],
  ] as const) {
    for (const [width, height] of [
      [1080, 1920],
      [1280, 800],
    ] as const) {
      test(`is whole, large enough for a finger and accessible at ${width}×${height} (${language}, ${theme})`, async () => {
        const console = await startKiosk({ language, theme });
        const { app, page, complaints } = console;
        await app.evaluate(
          ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setBounds({ x: 0, y: 0, ...size }),
          { width, height },
        );
        await page.setViewportSize({ width, height }).catch(() => undefined);
        await sendToBridge((await engineInfo(console)).bridgeSocket, recording(12));
        await expect(page.getByTestId('quiet-line')).toContainText('12');
        await page.screenshot({
          path: join('.test-output', 'screenshots', `kiosk-${width}x${height}-${language}-${theme}.png`),
        });
        expect(await accessibilityFaults(page)).toEqual([]);
        await page.locator('.kiosk-bar button').last().click();
        await page.getByTestId('kiosk-menu').waitFor();
        expect(await accessibilityFaults(page)).toEqual([]);
        await page.getByTestId('kiosk-menu').getByRole('button').last().click();
        await page.getByTestId('kiosk-pin').waitFor();
        expect(await accessibilityFaults(page)).toEqual([]);
        expect(await smallTargets(page)).toEqual([]);
        expect(complaints).toEqual([]);
      });
    }
  }
});

type Page = OpenConsole['page'];

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
