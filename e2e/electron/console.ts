import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ElectronApplication, _electron as electron, type Page } from 'playwright/test';
import { resolveElectron, sandboxSwitches } from '../../scripts/electron-runtime.ts';
import type { Preferences } from '../../src-main/contract/desktop-contract.ts';
import { anyPort, noSlots } from '../support/command-line.ts';

/** The checkout. */
export const projectRoot = join(import.meta.dirname, '..', '..');

// A step that hangs fails by itself and names its place, before the time of its whole test is up.
const actionMs = 30_000;
const attachMs = [8_000, 15_000];

/** An open console: the built application in a real window. */
export interface OpenConsole {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** calls the engine as a page could, without the typed client */
  call(name: unknown, input: unknown): Promise<unknown>;
  /** what the page and the console's main process complained of */
  readonly complaints: readonly string[];
}

export interface ConsoleOptions {
  readonly dataDir: string;
  readonly language?: 'en' | 'zh-CN' | 'zh-TW';
  readonly theme?: 'light' | 'dark';
  /** what was chosen before the console opens; the set-up counts as done unless this says otherwise */
  readonly preferences?: Readonly<Partial<Preferences>>;
  /** more switches of the console itself */
  readonly switches?: readonly string[];
  /** beside the environment of the test */
  readonly env?: Readonly<Record<string, string>>;
}

/** The program and arguments that open a console on a data directory. */
export async function consoleCommand(options: ConsoleOptions): Promise<{
  readonly executable: string;
  readonly args: readonly string[];
}> {
  const { dataDir, language = 'en' } = options;
  const { executable } = await resolveElectron(() => undefined);
  const switches = await sandboxSwitches();
  return {
    executable,
    args: [
      ...switches,
      `--lang=${language}`,
      projectRoot,
      '--data-dir',
      dataDir,
      ...(options.switches ?? []),
    ],
  };
}

/** Opens a console and waits until it shows the set-up, or the engine has given its verdict. */
export async function openConsole(options: ConsoleOptions): Promise<OpenConsole> {
  choose(options.dataDir, options.preferences ?? {});
  const { executable, args } = await consoleCommand(options);
  const app = await launch({
    executablePath: executable,
    args: [...args],
    cwd: projectRoot,
    colorScheme: options.theme ?? 'light',
    env: { ...(process.env as Record<string, string>), ...noSlots, ...anyPort, ...options.env },
  });
  const complaints: string[] = [];
  app.context().setDefaultTimeout(actionMs);
  const page = await app.firstWindow();
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  await page.locator('[data-verdict]:not([data-verdict=starting]), [data-testid=setup]').first().waitFor();
  return {
    app,
    page,
    complaints,
    call: (name, input) =>
      page.evaluate(
        ([calledName, calledInput]) => {
          const bridge = (globalThis as unknown as { backhaul: { call(n: unknown, i: unknown): unknown } })
            .backhaul;
          return bridge.call(calledName, calledInput);
        },
        [name, input] as const,
      ),
  };
}

/**
 * Starts the console under the test's debuggers. One start in fifty fails at that, never at a line of ours: the
 * stand-in for Electron dies while a debugger attaches, or the debugger misses the page's first navigation and waits
 * for it for ever. Then it is started once more, and given longer.
 */
async function launch(options: Parameters<typeof electron.launch>[0]): Promise<ElectronApplication> {
  for (const timeout of attachMs) {
    try {
      return await electron.launch({ ...options, timeout });
    } catch (error) {
      if (!(error instanceof Error) || !/Process failed to launch|Timeout/.test(error.message)) throw error;
    }
  }
  return await electron.launch(options);
}

/** Chooses for the console before it opens; what a console before it chose stays. */
function choose(dataDir: string, chosen: Readonly<Partial<Preferences>>): void {
  const path = join(dataDir, 'console', 'preferences.json');
  const known = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as object) : {};
  mkdirSync(join(dataDir, 'console'), { recursive: true, mode: 0o700 });
  writeFileSync(path, JSON.stringify({ setUpDone: true, ...known, ...chosen }), { mode: 0o600 });
}

/** Which engine the console has, and where its producers connect. */
export interface EngineInfo {
  readonly pid: number;
  readonly bridgeSocket: string;
}

export async function engineInfo(console: OpenConsole): Promise<EngineInfo> {
  const answer = (await console.call('engine.info', {})) as { value: EngineInfo };
  return answer.value;
}
