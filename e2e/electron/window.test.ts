import { join } from 'node:path';
import { expect, test } from 'playwright/test';
import { projectRoot } from './console.ts';
import { sharedConsole } from './each-console.ts';
import { launchAgain } from './other-processes.ts';

const box = sharedConsole();

test.describe('the way to the engine', () => {
  test('answers an unknown call and a wrong shape with a fault', async () => {
    const console = box.open;
    for (const name of ['no.such.call', 'status.changed', '__proto__', 'toString', 7, null]) {
      expect(await console.call(name, {})).toMatchObject({ ok: false, fault: { code: 'not_found' } });
    }
    for (const input of [{ mode: 'sideways' }, { mode: 'full', extra: 1 }, {}, 'full', []]) {
      expect(await console.call('sync.start', input)).toMatchObject({
        ok: false,
        fault: { code: 'invalid_input' },
      });
    }
    expect(await console.call('status.get', {})).toMatchObject({
      ok: true,
      value: { streams: expect.any(Array) },
    });
  });

  test('hears only the console’s own page', async () => {
    const { app } = box.open;
    const answer = await app.evaluate(
      async ({ BrowserWindow }, preload) => {
        const stranger = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } });
        await stranger.loadURL('about:blank');
        const heard: unknown = await stranger.webContents.executeJavaScript(
          "backhaul.call('status.get', {})",
        );
        stranger.destroy();
        return heard;
      },
      join(projectRoot, 'out', 'preload', 'index.cjs'),
    );
    expect(answer).toMatchObject({ ok: false, fault: { code: 'unauthorized' } });
  });
});

test.describe('the window', () => {
  test('has no Node, no eval, no network, no other page and no permission', async () => {
    const { app, page } = box.open;
    const reach = await page.evaluate(async () => {
      const scope = globalThis as unknown as Record<string, unknown>;
      // The debugger's own evaluation may use eval; what a timer runs may only do what the page may.
      await new Promise((resolve) => setTimeout(resolve, 1));
      const attempt = async (run: () => unknown): Promise<string> => {
        try {
          await run();
          return 'allowed';
        } catch {
          return 'denied';
        }
      };
      return {
        node: ['require', 'process', 'module', 'Buffer', 'global', '__dirname'].filter(
          (name) => name in scope,
        ),
        bridge: Object.keys(scope.backhaul as object).sort(),
        eval: await attempt(() => new Function('return 1')()),
        network: await attempt(() => fetch('http://127.0.0.1:9/')),
        file: await attempt(() => fetch('file:///etc/hostname')),
        popup: window.open('https://example.org') === null ? 'denied' : 'allowed',
        permission: await navigator.permissions.query({ name: 'notifications' }).then((found) => found.state),
      };
    });
    expect(reach).toEqual({
      node: [],
      bridge: ['call', 'subscribe'],
      eval: 'denied',
      network: 'denied',
      file: 'denied',
      popup: 'denied',
      permission: 'denied',
    });
    await page.evaluate(() => window.location.assign('https://example.org/'));
    await page.waitForTimeout(300);
    expect(page.url()).toBe('backhaul://app/');
    const preferences = await app.evaluate(({ BrowserWindow }) => {
      // Not in Electron's types, but in every version: what the window was really given.
      interface Inspectable {
        getLastWebPreferences(): Readonly<Record<string, unknown>> | null;
      }
      const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as Inspectable;
      const found = contents.getLastWebPreferences() ?? {};
      return [
        found.sandbox,
        found.contextIsolation,
        found.nodeIntegration,
        found.webSecurity,
        found.webviewTag,
      ];
    });
    expect(preferences).toEqual([true, true, false, true, false]);
  });

  test('serves nothing outside its own folder', async () => {
    const { app } = box.open;
    const statuses = await app.evaluate(async ({ net }) => {
      const paths = ['/', '/..%2f..%2fpackage.json', '/%2e%2e/%2e%2e/package.json', '/missing.js'];
      return await Promise.all(paths.map(async (path) => (await net.fetch(`backhaul://app${path}`)).status));
    });
    expect(statuses).toEqual([200, 404, 404, 404]);
  });

  test('is brought forward by a second launch, which ends', async () => {
    const { app } = box.open;
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
    expect(await launchAgain(box.path)).toBe(0);
    await expect
      .poll(() =>
        app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((one) => one.isVisible())),
      )
      .toEqual([true]);
  });
});
