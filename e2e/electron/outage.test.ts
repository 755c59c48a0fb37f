import { expect, test } from 'playwright/test';
import { recording, sendToBridge } from '../support/bridge-lines.ts';
import { backhaul } from '../support/command-line.ts';
import { engineInfo } from './console.ts';
import { eachConsole, onlyClicksSend } from './each-console.ts';

const box = eachConsole();

test.beforeEach(() => box.start({ env: onlyClicksSend }));

test('an outage is told calmly within ten seconds, and one click repairs it, green only after the comparison', async () => {
  const { page } = box.open;
  const { bridgeSocket } = await engineInfo(box.open);
  const verdict = page.getByTestId('verdict');
  const waiting = page.getByTestId('waiting');
  const all = recording(400);
  await sendToBridge(bridgeSocket, all.slice(0, 53));
  await page.getByRole('button', { name: 'Sync everything now' }).click();
  await expect(verdict).toHaveAttribute('data-verdict', 'safeBox');

  const stopped = await backhaul(['cloud', 'stop'], { dataDir: box.path });
  expect(stopped.code).toBe(0);
  await sendToBridge(bridgeSocket, all.slice(53, 153));
  await expect(verdict).toContainText(/No answer from the local cloud since .* nothing is lost/, {
    timeout: 10_000,
  });
  await expect(waiting).toHaveText(/^100\b/);
  await sendToBridge(bridgeSocket, all.slice(153));
  await expect(waiting).toHaveText(/^350\b/);
  await expect(page.locator('.notice[role=alert]')).toHaveCount(0);
  await expect(verdict.locator('..').locator('.mark.attention')).toHaveCount(0);

  const started = await backhaul(['cloud', 'start'], { dataDir: box.path });
  expect(started.code).toBe(0);
  const seen = watchVerdicts();
  await page.getByRole('button', { name: 'Sync everything now' }).click();
  await expect(page.getByTestId('run').or(page.getByTestId('outcome'))).toBeVisible();
  await expect(page.getByTestId('outcome')).toContainText('Done: 350 records arrived');
  await expect(verdict).toContainText('All 403 records are safe on this box');
  const events = await seen;
  const verified = events.indexOf('verified');
  const green = events.indexOf('safeBox');
  expect(verified).toBeGreaterThanOrEqual(0);
  expect(green).toBeGreaterThan(verified);
});

/** The verdicts the page shows from now on, and among them the end of a run that was compared, in their order. */
async function watchVerdicts(): Promise<readonly string[]> {
  const { page } = box.open;
  await page.evaluate(() => {
    interface Progress {
      readonly phase: string;
      readonly result: { readonly verified: boolean } | null;
    }
    const scope = globalThis as unknown as {
      seen: string[];
      backhaul: { subscribe(name: string, listener: (progress: Progress) => void): void };
    };
    scope.seen = [];
    scope.backhaul.subscribe('sync.progress', ({ phase, result }) => {
      if (phase === 'finished' && result?.verified) scope.seen.push('verified');
    });
    const words = document.querySelector('[data-verdict]');
    if (!words) return;
    new MutationObserver(() => scope.seen.push(words.getAttribute('data-verdict') ?? '')).observe(words, {
      attributes: true,
      attributeFilter: ['data-verdict'],
    });
  });
  await expect(page.getByTestId('verdict')).toHaveAttribute('data-verdict', 'safeBox');
  return await page.evaluate(() => (globalThis as unknown as { seen: string[] }).seen);
}
