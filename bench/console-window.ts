import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { ElectronApplication } from 'playwright/test';
import { openConsole } from '../e2e/electron/console.ts';
import { longestTask } from '../e2e/electron/long-tasks.ts';
import { temporaryFolder } from '../e2e/support/temporary-folder.ts';
import { runCommand } from '../scripts/run-command.ts';
import { openVirtualDisplay } from '../scripts/virtual-display.ts';
import { databaseFileName, utcText } from '../src-main/engine/storage/service.ts';
import type { Figure, Measurement } from './measurement.ts';
import { fillDatabase } from './support/fill-database.ts';
import { descendantsOf, memoryOf } from './support/process-usage.ts';
import { makeRecording } from './support/recording.ts';
import { median } from './support/rounds.ts';

const starts = 5;
const records = 24_000;

/** The console in its window: how soon it can be used, and whether it stays quick while everything is sent (SPEC 15). */
export const consoleWindow: Measurement = {
  name: 'console-window',
  async measure(say) {
    const { code, output } = await runCommand(['electron-vite', 'build'], 'kept', { NO_COLOR: '1' });
    if (code !== 0) throw new Error(`the console cannot be built: ${output}`);
    const display = await openVirtualDisplay();
    const folder = temporaryFolder('bench-window');
    try {
      const env = { DISPLAY: display.name };
      const startMs: number[] = [];
      for (let round = 0; round < starts; round += 1) startMs.push(await usableAfter(folder.path, env));
      say(`usable after ${startMs.map(Math.round).join(', ')} ms`);
      return [startFigure(startMs), ...(await whileSending(folder.path, env))];
    } finally {
      folder.remove();
      await display.close();
    }
  },
};

function startFigure(startMs: readonly number[]): Figure {
  return {
    name: 'console usable after its start',
    value: median(startMs),
    unit: 'ms',
    goal: { of: 'value', atMost: 2000 },
    rounds: { value: startMs },
  };
}

/** From the birth of the process to the verdict and a button that can be pressed, milliseconds. */
async function usableAfter(dataDir: string, env: Readonly<Record<string, string>>): Promise<number> {
  const console = await openConsole({ dataDir, env });
  await console.page
    .getByRole('button', { name: 'Sync everything now' })
    .and(console.page.locator(':enabled'))
    .waitFor();
  const usableAt = Date.now();
  const bornAt = await console.app.evaluate(() => process.getCreationTime() ?? Number.NaN);
  await console.app.close();
  return usableAt - bornAt;
}

async function whileSending(
  dataDir: string,
  env: Readonly<Record<string, string>>,
): Promise<readonly Figure[]> {
  const console = await openConsole({ dataDir, env });
  try {
    await console.call('sync.start', { mode: 'full' });
    fillPending(dataDir);
    const { page, app } = console;
    await page.locator('[data-testid=waiting]', { hasText: /^24,/ }).waitFor();
    const mainDelay = await watchMain(app);
    const longest = await longestTask(page, async () => {
      await page.getByRole('button', { name: 'Sync everything now' }).click();
      await page.getByTestId('outcome').waitFor({ timeout: 120_000 });
    });
    const mainDelayMs = await mainDelay();
    return [
      {
        name: 'longest task of the page while 24,000 records are sent',
        value: longest,
        unit: 'ms',
        goal: { of: 'value', atMost: 50 },
        note: 'tasks under 50 ms count as 0',
      },
      {
        name: 'longest delay of the main process meanwhile',
        value: mainDelayMs,
        unit: 'ms',
        goal: { of: 'value', atMost: 50 },
      },
      ...memoryFigures(await processes(app)),
    ];
  } finally {
    await console.app.close();
  }
}

function fillPending(dataDir: string): void {
  const db = new Database(join(dataDir, databaseFileName));
  db.pragma('busy_timeout = 5000');
  fillDatabase(
    db,
    makeRecording({ locationId: 'store_window', states: records, round: 1 }),
    utcText(new Date()),
  );
  db.close();
}

/** How late a timer of the main process comes, at the worst; it is asked for when the work has ended. */
async function watchMain(app: ElectronApplication): Promise<() => Promise<number>> {
  await app.evaluate(() => {
    const scope = globalThis as unknown as { longestDelayMs: number };
    scope.longestDelayMs = 0;
    let before = performance.now();
    setInterval(() => {
      const now = performance.now();
      scope.longestDelayMs = Math.max(scope.longestDelayMs, now - before - 10);
      before = now;
    }, 10);
  });
  return () => app.evaluate(() => (globalThis as unknown as { longestDelayMs: number }).longestDelayMs);
}

interface ProcessMemory {
  readonly kind: string;
  readonly residentMb: number;
}

/** Electron's own processes by what they are, and everything that descends from them. */
async function processes(app: ElectronApplication): Promise<readonly ProcessMemory[]> {
  const own = await app.evaluate(({ app: electron }) =>
    electron.getAppMetrics().map(({ pid, type }) => ({ pid, kind: String(type) })),
  );
  const mainPid = app.process().pid ?? 0;
  const known = new Set(own.map(({ pid }) => pid));
  const others = descendantsOf(mainPid).filter((pid) => !known.has(pid));
  return [...own, ...others.map((pid) => ({ pid, kind: 'engine and local cloud' }))].flatMap(
    ({ pid, kind }) => {
      try {
        return [{ kind, residentMb: memoryOf(pid).residentMb }];
      } catch {
        return [];
      }
    },
  );
}

function memoryFigures(all: readonly ProcessMemory[]): readonly Figure[] {
  const kinds = [...new Set(all.map(({ kind }) => kind))];
  return kinds.map((kind) => ({
    name: `console, resident: ${kind}`,
    value: all.filter((one) => one.kind === kind).reduce((sum, { residentMb }) => sum + residentMb, 0),
    unit: 'MB',
    note: 'shared pages are counted in each process',
  }));
}
