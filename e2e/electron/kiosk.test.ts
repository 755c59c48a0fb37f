import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'playwright/test';
import { recording, sendToBridge } from '../support/bridge-lines.ts';
import { engineInfo, type OpenConsole } from './console.ts';
import { eachConsole } from './each-console.ts';
import { looks, pin, startKiosk } from './kiosk-window.ts';
import { launchAgain } from './other-processes.ts';

const box = eachConsole();

const start = box.start;

/** Each with an input that the call takes: nothing but the lock refuses it. */
const refusedWhileLocked = [
  ['desktop.quit', {}],
  ['desktop.restartEngine', {}],
  ['desktop.setPreferences', { kiosk: false }],
  ['desktop.setPreferences', { openAtSignIn: false }],
  ['desktop.saveDiagnostics', {}],
  ['desktop.exportHistory', { format: 'csv', selection: {} }],
  ['config.set', { values: { 'retention.statesHours': 48 } }],
  ['cloud.setKey', { apiKey: 'sb_publishable_0123456789' }],
  ['cloud.setKey', { apiKey: null }],
  ['cloud.signIn', { token: 'V3JpdHRlbl9ieV9oYW5k' }],
  ['cloud.signOut', {}],
  ['cloud.switch', {}],
  ['cloud.switch', { leaveBehind: true }],
  ['quarantine.discard', {}],
  ['quarantine.discard', { ids: [1] }],
  ['quarantine.edit', { id: 1, values: { state: 'GREEN' } }],
  ['cleanup.run', {}],
  ['schedule.pause', { hours: 2 }],
  ['verify.run', { overwrite: true }],
  ['verify.run', { acceptLost: true }],
] as const;

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
    const console = await startKiosk(box);
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
    const { pid } = await engineInfo(console);
    for (const [name, input] of refusedWhileLocked) {
      expect([name, await console.call(name, input)]).toMatchObject([
        name,
        { ok: false, fault: { code: 'locked' } },
      ]);
    }
    expect((await engineInfo(console)).pid).toBe(pid);
    expect(await console.call('status.get', {})).toMatchObject({ value: { pausedUntil: null } });
    await page.waitForTimeout(500);
    await expect.poll(() => looks(console)).toEqual(locked);
    expect(page.url()).toBe(url);
    expect(await info(console)).toMatchObject({ kiosk: true });
  });

  test('opens its window again when the page closes itself', async () => {
    const console = await startKiosk(box);
    const { pid } = await engineInfo(console);
    const next = console.app.waitForEvent('window');
    await console.page.evaluate(() => window.close()).catch(() => undefined);
    await (await next).getByTestId('quiet-line').waitFor();
    await expect.poll(() => looks(console)).toMatchObject({ kiosk: true, visible: true, fills: true });
    expect(() => process.kill(pid, 0)).not.toThrow();
  });

  test('is left with the PIN by the pad, and is an ordinary window then', async () => {
    const console = await startKiosk(box);
    await openPinPad(console);
    await enter(console, '1357');
    await expect(console.page.getByTestId('pin-answer')).toHaveText('That is not the PIN. 4 tries are left.');
    await enter(console, pin);
    await expect(console.page.getByRole('navigation', { name: 'Views' })).toBeVisible();
    await expect.poll(() => looks(console)).toMatchObject({ kiosk: false, visible: true });
    expect(await info(console)).toMatchObject({ kiosk: false, kioskPinSet: true });
  });

  test('is left by keyboard alone', async () => {
    const { page } = await startKiosk(box);
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
    const first = await startKiosk(box);
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
    const log = readFileSync(join(box.path, 'logs', 'console.log'), 'utf8');
    expect(log).not.toMatch(/246810|"0000"/);
  });

  test('is not entered without a PIN: an ordinary window opens and says why', async () => {
    const console = await start({ switches: ['--kiosk'] });
    await expect.poll(() => looks(console)).toMatchObject({ kiosk: false, visible: true });
    expect(readFileSync(join(box.path, 'logs', 'console.log'), 'utf8')).toContain('has no PIN');
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
    const console = await startKiosk(box);
    expect(await launchAgain(box.path)).toBe(0);
    await expect.poll(() => looks(console)).toMatchObject({ kiosk: true, visible: true });
  });

  test('is back within 3 seconds when its page crashes, still locked', async () => {
    const console = await startKiosk(box);
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
    expect(backMs).toBeLessThan(10_000);
    expect(await looks(console)).toMatchObject({ kiosk: true, fills: true });
    expect(() => process.kill(pid, 0)).not.toThrow();
  });
});
