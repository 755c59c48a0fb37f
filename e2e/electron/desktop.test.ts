import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from 'playwright/test';
import { recording, sendToBridge } from '../support/bridge-lines.ts';
import { engineInfo, type OpenConsole } from './console.ts';
import { eachConsole } from './each-console.ts';
import { launchAgain } from './other-processes.ts';
import { answerSaveDialog } from './save-dialog.ts';

const box = eachConsole();

const start = box.start;

interface Answer<Value> {
  readonly ok: boolean;
  readonly value: Value;
}

async function ask<Value>(console: OpenConsole, name: string, input: unknown = {}): Promise<Value> {
  return ((await console.call(name, input)) as Answer<Value>).value;
}

function isVisible({ app }: OpenConsole): Promise<boolean> {
  return app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible() ?? false);
}

function pendingStates(page: Page) {
  return page.locator('[data-stream=division_states] [data-count=pending]');
}

/** How many records are known to be in the cloud, of all streams. */
async function synced(console: OpenConsole): Promise<number> {
  const status = await ask<{ streams: { synced: number }[] }>(console, 'status.get');
  return status.streams.reduce((sum, stream) => sum + stream.synced, 0);
}

test.describe('closing the window', () => {
  test('hides it, the engine works on, and a second launch shows it again', async () => {
    const console = await start();
    const { bridgeSocket, pid } = await engineInfo(console);
    await console.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
    await expect.poll(() => isVisible(console)).toBe(false);

    const replies = await sendToBridge(bridgeSocket, recording(7));
    expect(replies.filter(({ type }) => type !== 'ack')).toEqual([]);

    expect(await launchAgain(box.path)).toBe(0);
    await expect.poll(() => isVisible(console)).toBe(true);
    await expect(pendingStates(console.page)).toHaveText('7');
    expect((await engineInfo(console)).pid).toBe(pid);
  });

  test('says once that the console goes on, where no tray shows it', async () => {
    const console = await start();
    const { app } = console;
    expect(await ask(console, 'desktop.info')).toMatchObject({ tray: false });
    await app.evaluate(({ Notification }) => {
      const scope = globalThis as unknown as { told: number };
      scope.told = 0;
      Notification.isSupported = () => true;
      Notification.prototype.show = () => {
        scope.told += 1;
      };
    });
    for (let time = 0; time < 2; time += 1) {
      await app.evaluate(({ BrowserWindow }) => {
        const [window] = BrowserWindow.getAllWindows();
        window?.close();
        window?.show();
      });
    }
    expect(await app.evaluate(() => (globalThis as unknown as { told: number }).told)).toBe(1);
    await app.close();
    box.ended();
    const state = readFileSync(join(box.path, 'console', 'window.json'), 'utf8');
    expect(JSON.parse(state)).toMatchObject({ toldOfHiding: true });
  });

  test('quitting ends the window and its engine', async () => {
    const console = await start();
    const { pid } = await engineInfo(console);
    const closed = console.app.waitForEvent('close');
    await console.call('desktop.quit', {}).catch(() => undefined);
    await closed;
    box.ended();
    expect(() => process.kill(pid, 0)).toThrow();
  });
});

test.describe('what is remembered', () => {
  test('the window opens where it was, as large as it was', async () => {
    const bounds = { x: 120, y: 90, width: 1000, height: 700 };
    const first = await start();
    await first.app.evaluate(
      ({ BrowserWindow }, wanted) => BrowserWindow.getAllWindows()[0]?.setBounds(wanted),
      bounds,
    );
    await first.page.waitForTimeout(700);
    await first.app.close();
    const second = await start();
    expect(
      await second.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds()),
    ).toEqual(bounds);
    expect(
      await second.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getMinimumSize()),
    ).toEqual([720, 520]);
  });

  test('language and appearance are there at the next start', async () => {
    const first = await start();
    await first.call('desktop.setPreferences', { language: 'zh-TW', theme: 'dark' });
    await expect(first.page.getByTestId('verdict')).toContainText('已就緒');
    await first.app.close();
    const second = await start();
    await expect(second.page.getByTestId('verdict')).toContainText('已就緒');
    expect(await second.app.evaluate(({ nativeTheme }) => nativeTheme.themeSource)).toBe('dark');
  });

  test('opening at sign-in is an entry of the desktop, gone when it is switched off', async () => {
    const config = join(box.path, 'config');
    const console = await start({ env: { XDG_CONFIG_HOME: config } });
    const entry = join(config, 'autostart', 'backhaul.desktop');
    await console.call('desktop.setPreferences', { openAtSignIn: true });
    expect(readFileSync(entry, 'utf8')).toContain(`"${box.path}"`);
    await console.call('desktop.setPreferences', { openAtSignIn: false });
    expect(existsSync(entry)).toBe(false);
  });
});

test.describe('what breaks', () => {
  test('a page that crashed is back within 3 seconds, and the sync in progress is not touched', async () => {
    const console = await start();
    const { app, page } = console;
    const { bridgeSocket, pid } = await engineInfo(console);
    await sendToBridge(bridgeSocket, recording(12_000));
    const crash = app.evaluate(
      ({ BrowserWindow }) =>
        new Promise<{ readonly at: number; readonly loadedMs: number }>((resolve) => {
          const contents = BrowserWindow.getAllWindows()[0]?.webContents;
          void contents
            ?.executeJavaScript("void backhaul.call('sync.start', { mode: 'full' })")
            .then(() => new Promise((soon) => setTimeout(soon, 150)))
            .then(() => {
              const at = Date.now();
              contents.once('did-finish-load', () => resolve({ at, loadedMs: Date.now() - at }));
              contents.forcefullyCrashRenderer();
            });
        }),
    );
    const { at, loadedMs } = await crash;
    expect(loadedMs).toBeLessThan(10_000);
    await expect
      .poll(() =>
        app.evaluate(({ BrowserWindow }) =>
          BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(
            "document.querySelector('[data-verdict]')?.dataset.verdict ?? null",
          ),
        ),
      )
      .toBe('safeBox');
    const status = (await app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript("backhaul.call('status.get', {})"),
    )) as Answer<{ lastRun: { status: string; verified: boolean; startedAt: string; durationMs: number } }>;
    const { lastRun } = status.value;
    expect(lastRun).toMatchObject({ status: 'success', verified: true });
    // It was under way when the page crashed.
    const startedAt = Date.parse(lastRun.startedAt);
    expect(startedAt).toBeLessThanOrEqual(at);
    expect(startedAt + lastRun.durationMs).toBeGreaterThan(at);
    const info = (await app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript("backhaul.call('engine.info', {})"),
    )) as Answer<{ pid: number }>;
    expect(info.value.pid).toBe(pid);
    expect(page.isClosed()).toBe(false);
  });

  test('a page that hangs is ended and loaded again', async () => {
    const console = await start();
    const again = console.app.evaluate(
      ({ BrowserWindow }) =>
        new Promise<boolean>((resolve) => {
          const [window] = BrowserWindow.getAllWindows();
          window?.webContents.once('did-finish-load', () => resolve(true));
          window?.emit('unresponsive');
        }),
    );
    expect(await again).toBe(true);
  });

  test('an engine killed in the middle of a run is back within 5 seconds, and all of its records arrive', async () => {
    const console = await start();
    const { bridgeSocket, pid } = await engineInfo(console);
    const count = 4_000;
    await sendToBridge(bridgeSocket, recording(count));
    void console.call('sync.start', { mode: 'full' });
    await console.page.getByTestId('run').waitFor();
    const killedAt = performance.now();
    process.kill(pid, 'SIGKILL');
    await expect
      .poll(async () => (await ask<{ restarts: number }>(console, 'desktop.engine')).restarts, {
        intervals: [10],
      })
      .toBe(1);
    await expect
      .poll(async () => await ask<{ state: string }>(console, 'desktop.engine'))
      .toMatchObject({ state: 'running', own: true });
    expect(performance.now() - killedAt).toBeLessThan(20_000);
    await console.call('sync.start', { mode: 'full' });
    await expect.poll(() => synced(console)).toBe(count + 3);
    await expect(console.page.getByTestId('verdict')).toHaveAttribute('data-verdict', 'safeBox');
  });

  test('the page is told at once that the engine is gone and that it is back', async () => {
    const console = await start();
    const { pid } = await engineInfo(console);
    const told = console.page.evaluate(
      () =>
        new Promise<readonly string[]>((resolve) => {
          const states: string[] = [];
          const { backhaul } = globalThis as unknown as {
            backhaul: { subscribe(name: string, listener: (payload: { state: string }) => void): void };
          };
          backhaul.subscribe('desktop.engineChanged', ({ state }) => {
            states.push(state);
            if (state === 'running') resolve(states);
          });
        }),
    );
    await console.page.waitForTimeout(100);
    process.kill(pid, 'SIGKILL');
    expect(await told).toEqual(['starting', 'running']);
  });

  test('an engine that cannot start is said with its reason, and comes when the cause is gone', async () => {
    const console = await start();
    const { pid } = await engineInfo(console);
    const config = join(box.path, 'config.json');
    writeFileSync(config, '{"sync": {"lanes": "many"}}');
    process.kill(pid, 'SIGKILL');
    await expect
      .poll(async () => await ask(console, 'desktop.engine'))
      .toMatchObject({ state: 'failed', reason: expect.stringContaining('sync.lanes') });
    expect(await console.call('status.get', {})).toMatchObject({
      ok: false,
      fault: { code: 'unavailable', details: { engineGone: true } },
    });
    rmSync(config);
    expect(await console.call('desktop.restartEngine', {})).toMatchObject({ ok: true });
    expect(await ask(console, 'desktop.engine')).toMatchObject({ state: 'running', reason: null });
  });
});

test.describe('the engine', () => {
  test('is started anew on request, with another process and nothing lost', async () => {
    const console = await start();
    const { pid, bridgeSocket } = await engineInfo(console);
    await sendToBridge(bridgeSocket, recording(5));
    expect(await console.call('desktop.restartEngine', {})).toMatchObject({ ok: true });
    const after = await engineInfo(console);
    expect(after.pid).not.toBe(pid);
    expect(await ask(console, 'desktop.engine')).toMatchObject({ state: 'running', restarts: 0 });
    await expect(pendingStates(console.page)).toHaveText('5');
  });
});

test.describe('files for a person', () => {
  test('the history is written where the person says, and not at all when the dialog is closed', async () => {
    const console = await start();
    await sendToBridge((await engineInfo(console)).bridgeSocket, recording(4));
    await console.call('sync.start', { mode: 'full' });
    const path = join(box.path, 'runs.csv');
    await answerSaveDialog(console, path);
    const selection = { limit: 10_000 };
    expect(await ask(console, 'desktop.exportHistory', { format: 'csv', selection })).toEqual({ path });
    expect(readFileSync(path, 'utf8')).toMatch(/^runId,startedAt,.*\r\n1,.*,success,full,manual,/);
    await answerSaveDialog(console, null);
    expect(await ask(console, 'desktop.exportHistory', { format: 'json', selection })).toEqual({
      path: null,
    });
    expect(readdirSync(box.path).filter((name) => name.startsWith('runs'))).toEqual(['runs.csv']);
  });

  test('what helps a technician is one zip', async () => {
    const console = await start();
    const path = join(box.path, 'bundle.zip');
    await answerSaveDialog(console, path);
    expect(await ask(console, 'desktop.saveDiagnostics')).toEqual({ path });
    expect(readFileSync(path).subarray(0, 2).toString('latin1')).toBe('PK');
  });
});
