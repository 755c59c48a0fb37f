import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'playwright/test';
import { projectRoot } from './console.ts';
import { sharedConsole } from './each-console.ts';

const token = 'a-device-token-that-nobody-may-see';
const apiKey = 'sb_publishable_hidden_key_0001';
const box = sharedConsole({
  env: {
    SUPABASE_URL: 'http://127.0.0.1:9',
    SUPABASE_PUBLISHABLE_KEY: apiKey,
    BACKHAUL_DEVICE_TOKEN: token,
  },
});

const preload = join(projectRoot, 'out', 'preload', 'index.cjs');
const unauthorized = { ok: false, fault: { code: 'unauthorized' } };

test.describe('the desktop', () => {
  test('answers unknown calls and wrong shapes with a fault, and never a stack', async () => {
    const console = box.open;
    for (const name of ['desktop.no', 'desktop.infoChanged', 'desktop.', 'DESKTOP.INFO', ['desktop.info']]) {
      expect(await console.call(name, {})).toMatchObject({ ok: false, fault: { code: 'not_found' } });
    }
    for (const [name, input] of [
      ['desktop.info', { extra: 1 }],
      ['desktop.setPreferences', { theme: 'pink' }],
      ['desktop.setPreferences', { unknown: true }],
      ['desktop.setPreferences', 'dark'],
      ['desktop.setPreferences', { __proto__: null, language: 7 }],
      ['desktop.leaveKiosk', { pin: '12' }],
      ['desktop.leaveKiosk', { pin: 1357 }],
      ['desktop.leaveKiosk', {}],
      ['desktop.setKioskPin', { pin: '1357' }],
      ['desktop.setKioskPin', { pin: '１３５７', current: null }],
      ['desktop.exportHistory', { format: 'xls', selection: {} }],
      ['desktop.exportHistory', { format: 'csv', selection: {}, path: '/etc/passwd' }],
      ['desktop.copyText', { text: 7 }],
      ['desktop.quit', []],
    ] as const) {
      const answer = (await console.call(name, input)) as { fault?: { code: string; message: string } };
      expect([name, input, answer.fault?.code]).toEqual([name, input, 'invalid_input']);
      expect(answer.fault?.message).not.toMatch(/\n\s+at /);
    }
    expect(await console.call('desktop.info', {})).toMatchObject({ ok: true });
  });

  test('gives no page the main process’s own channels', async () => {
    const { page } = box.open;
    const reach = await page.evaluate(() => {
      const scope = globalThis as unknown as Record<string, object>;
      return {
        bridge: Object.keys(scope.backhaul ?? {}).sort(),
        frozen: Object.isFrozen(scope.backhaul),
        electron: ['ipcRenderer', 'electron', 'require', 'process'].filter((name) => name in scope),
      };
    });
    expect(reach).toEqual({ bridge: ['call', 'subscribe'], frozen: true, electron: [] });
  });
});

test.describe('a stranger', () => {
  for (const address of ['about:blank', 'data:text/html,<p>here</p>', 'backhaul://elsewhere/']) {
    test(`in another window with the preload is refused (${address})`, async () => {
      const { app } = box.open;
      const heard = await app.evaluate(
        async ({ BrowserWindow }, { path, url }) => {
          const stranger = new BrowserWindow({
            show: false,
            webPreferences: { preload: path, sandbox: true },
          });
          await stranger.loadURL(url).catch(() => undefined);
          const ask = (name: string): Promise<unknown> =>
            stranger.webContents.executeJavaScript(`backhaul.call('${name}', {})`);
          const answers = await Promise.all(['desktop.info', 'desktop.quit', 'status.get'].map(ask));
          stranger.destroy();
          return answers;
        },
        { path: preload, url: address },
      );
      expect(heard).toMatchObject([unauthorized, unauthorized, unauthorized]);
    });
  }

  test('in a frame of the console’s own origin is refused, though it has a bridge', async () => {
    const { app } = box.open;
    const heard = await app.evaluate(async ({ BrowserWindow }, path) => {
      const host = new BrowserWindow({
        show: false,
        webPreferences: { preload: path, sandbox: true, nodeIntegrationInSubFrames: true },
      });
      await host.loadURL('backhaul://app/');
      await host.webContents.executeJavaScript(
        `new Promise((done) => {
          const frame = document.createElement('iframe');
          frame.srcdoc = '<p>here</p>';
          frame.onload = () => done(true);
          document.body.append(frame);
        })`,
      );
      const [frame] = host.webContents.mainFrame.frames;
      const answers: unknown = await Promise.all([
        host.webContents.executeJavaScript("backhaul.call('desktop.info', {})"),
        frame?.executeJavaScript('origin'),
        frame?.executeJavaScript("backhaul.call('desktop.info', {})"),
        frame?.executeJavaScript("backhaul.call('status.get', {})"),
      ]);
      host.destroy();
      return answers;
    }, preload);
    expect(heard).toMatchObject([{ ok: true }, 'backhaul://app', unauthorized, unauthorized]);
  });

  test('in a frame inside the console’s page has no bridge, and no such frame can be loaded', async () => {
    const { page } = box.open;
    const seen = await page.evaluate(async () => {
      const add = async (source: string | null): Promise<string> => {
        const frame = document.createElement('iframe');
        if (source !== null) frame.src = source;
        document.body.append(frame);
        await new Promise((resolve) => setTimeout(resolve, 300));
        try {
          return String(typeof (frame.contentWindow as unknown as { backhaul?: object }).backhaul);
        } catch {
          return 'out of reach';
        }
      };
      return [await add(null), await add('backhaul://app/'), await add('https://example.org/')];
    });
    expect(seen[0]).toBe('undefined');
    expect(seen.slice(1).every((one) => one === 'undefined' || one === 'out of reach')).toBe(true);
  });

  test('hears no event either', async () => {
    const { app, page } = box.open;
    const heard = await app.evaluate(async ({ BrowserWindow }, path) => {
      const stranger = new BrowserWindow({ show: false, webPreferences: { preload: path, sandbox: true } });
      await stranger.loadURL('about:blank');
      await stranger.webContents.executeJavaScript(
        "globalThis.heard = 0; backhaul.subscribe('desktop.preferencesChanged', () => { heard += 1; }); true",
      );
      return stranger.id;
    }, preload);
    // The console's own page hears it, so there was something to hear.
    const own = await page.evaluate(
      () =>
        new Promise((resolve) => {
          const { backhaul } = globalThis as unknown as {
            backhaul: {
              call(name: string, input: object): unknown;
              subscribe(name: string, listener: (payload: unknown) => void): void;
            };
          };
          backhaul.subscribe('desktop.preferencesChanged', resolve);
          backhaul.call('desktop.setPreferences', { clock: 'utc' });
        }),
    );
    expect(own).toMatchObject({ clock: 'utc' });
    await page.waitForTimeout(100);
    const count = await app.evaluate(
      ({ BrowserWindow }, id) =>
        BrowserWindow.fromId(id)
          ?.webContents.executeJavaScript('heard')
          .finally(() => {
            BrowserWindow.fromId(id)?.destroy();
          }),
      heard,
    );
    expect(count).toBe(0);
  });
});

test('no secret is in the list of processes, nor in a file that others may read', async () => {
  await box.open.call('desktop.setKioskPin', { pin: '97531864', current: null });
  const processes = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
  expect(processes).toContain(box.path);
  const secrets = [token, apiKey, '97531864'];
  for (const secret of secrets) expect(processes).not.toContain(secret);
  for (const name of ['console.log', 'engine.log']) {
    const log = readFileSync(join(box.path, 'logs', name), 'utf8');
    for (const secret of secrets) expect(log).not.toContain(secret);
  }
  const own = ['kiosk-pin.json', ...readdirSync(join(box.path, 'console')).map((name) => `console/${name}`)];
  const readable = own.filter((name) => {
    if (!name.endsWith('.json')) return false;
    return (statSync(join(box.path, name)).mode & 0o077) !== 0;
  });
  expect(readable).toEqual([]);
});
