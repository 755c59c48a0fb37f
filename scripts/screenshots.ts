import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright/test';
import { type ConsoleOptions, engineInfo, type OpenConsole, openConsole } from '../e2e/electron/console.ts';
import { sendToBridge } from '../e2e/support/bridge-lines.ts';
import { backhaul } from '../e2e/support/command-line.ts';
import { reading, shelfStory } from '../e2e/support/shelf-story.ts';
import { temporaryFolder } from '../e2e/support/temporary-folder.ts';
import type { Preferences } from '../src-main/contract/desktop-contract.ts';
import { openKioskPin } from '../src-main/engine/config/kiosk-pin.ts';
import { projectRoot, runCommand } from './run-command.ts';
import { type Life, liveADay } from './screenshots/store-life.ts';
import { openVirtualDisplay } from './virtual-display.ts';

/**
 * `npm run screenshots`: every view of the real console on a store that really captured, sent and failed, into
 * docs/screenshots. Only the times of its runs are moved back over the days before, so that charts have days.
 */
const target = join(projectRoot, 'docs', 'screenshots');

/** The schedule that a box comes with; tests have none. */
const everyDay = {
  BACKHAUL_SCHEDULE_HOURLY: '0 11-23 * * *',
  BACKHAUL_SCHEDULE_FULL: '0 3 * * *',
  // Its story has one reading in 20 minutes.
  BACKHAUL_INVENTORY_SMOOTHING_WINDOW: '1',
};

interface Look {
  readonly name: string;
  readonly language: NonNullable<ConsoleOptions['language']>;
  readonly preferences: Partial<Preferences>;
}

const looks: readonly Look[] = [
  { name: 'light', language: 'en', preferences: { theme: 'light' } },
  { name: 'dark', language: 'en', preferences: { theme: 'dark' } },
  { name: 'zh-CN', language: 'zh-CN', preferences: { theme: 'light', language: 'zh-CN' } },
];

const views = ['history', 'errors', 'capture', 'inventory', 'find', 'cloud', 'settings'] as const;

async function main(): Promise<void> {
  const { code, output } = await runCommand(['electron-vite', 'build'], 'kept', { NO_COLOR: '1' });
  if (code !== 0) throw new Error(output);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const folder = temporaryFolder('store');
  try {
    const life = await onDisplay('1600x1000', (env) => liveADay(folder.path, env));
    await onDisplay('1600x1000', (env) => fillShelf(folder.path, env));
    for (const look of looks) {
      await onDisplay('1600x1000', (env) => shootViews(folder.path, look, life, env));
      await onDisplay('1600x1000', (env) => shootSetup(look, env));
    }
    await shootKiosks(folder.path, life);
    await onDisplay('1600x1000', (env) => shootOutage(folder.path, life, env));
  } finally {
    await backhaul(['cloud', 'stop'], { dataDir: folder.path });
    folder.remove();
  }
}

async function onDisplay<T>(
  size: string,
  work: (env: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  const display = await openVirtualDisplay(size);
  try {
    return await work({ DISPLAY: display.name, ...everyDay });
  } finally {
    await display.close();
  }
}

async function withConsole(
  options: ConsoleOptions,
  work: (console: OpenConsole) => Promise<void>,
): Promise<void> {
  const console = await openConsole(options);
  try {
    await work(console);
  } finally {
    await console.app.close();
  }
}

async function shootViews(
  dataDir: string,
  { name, language, preferences }: Look,
  life: Life,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  await withConsole({ dataDir, language, preferences, env }, async (console) => {
    const { page } = console;
    const { bridgeSocket } = await engineInfo(console);
    await life.send(bridgeSocket, 40);
    await life.repair(console);
    await page.locator('[data-verdict=safeBox]').waitFor();
    await settle(page);
    await shoot(page, `home-${name}`);
    const now = Math.floor(Date.now() / 1000);
    const counts = { Mango: 0, Pineapple: 2 };
    await sendToBridge(
      bridgeSocket,
      [2, 1, 0].map((second) => reading(now - second * 6, counts)),
    );
    const producer = await life.go(bridgeSocket);
    await life.break(console, dataDir);
    await settle(page);
    await shoot(page, `home-attention-${name}`);
    for (const view of views) {
      await goTo(page, view === 'find' ? `find?camera=${life.cameras[0]}` : view);
      await settle(page);
      await shoot(page, `${view}-${name}`);
    }
    await goTo(page, 'inventory?period=week');
    await settle(page);
    await page.locator('.period-bar').scrollIntoViewIfNeeded();
    await page.locator('.past-cards').scrollIntoViewIfNeeded();
    await shoot(page, `inventory-sales-${name}`);
    await goTo(page, 'find?table=T2');
    await page.getByTestId('found').getByRole('row').nth(1).click();
    await settle(page);
    await shoot(page, `record-${name}`);
    await page.keyboard.press('Escape');
    await goTo(page, 'home');
    await page.keyboard.press('F1');
    await settle(page);
    await shoot(page, `help-${name}`);
    await producer.stop();
    await life.repair(console);
  });
}

/** Ten days of a shelf, until a minute ago. */
async function fillShelf(dataDir: string, env: Readonly<Record<string, string>>): Promise<void> {
  await withConsole({ dataDir, env }, async (console) => {
    const { lines } = shelfStory(10, Math.floor(Date.now() / 1000) - 60);
    await sendToBridge((await engineInfo(console)).bridgeSocket, lines);
  });
}

async function shootSetup(
  { name, language, preferences }: Look,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const fresh = temporaryFolder('fresh');
  try {
    const options = { dataDir: fresh.path, language, env, preferences: { ...preferences, setUpDone: false } };
    await withConsole(options, async ({ page }) => {
      await settle(page);
      await shoot(page, `setup-${name}`);
    });
  } finally {
    fresh.remove();
  }
}

async function shootKiosks(dataDir: string, life: Life): Promise<void> {
  await openKioskPin(dataDir, { now: () => new Date(), uptimeMs: () => performance.now() }).set('246810');
  for (const [size, language] of [
    ['1080x1920', 'zh-CN'],
    ['1280x800', 'zh-CN'],
    ['1280x800', 'en'],
  ] as const) {
    await onDisplay(size, async (env) => {
      const options = { dataDir, language, env, switches: ['--kiosk'], preferences: { language } };
      await withConsole(options, async (console) => {
        await life.send((await engineInfo(console)).bridgeSocket, 40);
        await console.call('sync.start', { mode: 'full' });
        await settle(console.page);
        await shoot(console.page, `kiosk-${size}-${language}`);
      });
    });
  }
}

/** While a sync runs, and while the cloud is silent. */
async function shootOutage(
  dataDir: string,
  life: Life,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  await withConsole({ dataDir, preferences: { theme: 'light', language: 'en' }, env }, async (console) => {
    const { page } = console;
    const { bridgeSocket } = await engineInfo(console);
    await backhaul(['cloud', 'stop'], { dataDir });
    await life.send(bridgeSocket, 24_000);
    await page.locator('[data-verdict=offlineBox]').waitFor();
    await settle(page);
    await shoot(page, 'home-offline');
    await backhaul(['cloud', 'start'], { dataDir });
    await page.getByRole('button', { name: 'Sync everything now' }).click();
    await page.locator('[data-testid=run] progress[value]:not([value="0"])').waitFor();
    await shoot(page, 'home-syncing');
    await page.getByTestId('outcome').waitFor();
    await settle(page);
    await shoot(page, 'home-repaired');
  });
}

async function goTo(page: Page, address: string): Promise<void> {
  await page.evaluate(`window.location.hash = '#/${address}'`);
}

/** What is read has arrived, what moves has ended; a moment for the figures that come once a second. */
async function settle(page: Page): Promise<void> {
  await page.waitForTimeout(2500);
}

async function shoot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(target, `${name}.png`), animations: 'disabled' });
  process.stdout.write(`${name}.png\n`);
}

await main();
