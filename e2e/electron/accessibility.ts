import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright/test';

/** What axe finds against WCAG 2.2 AA on the page as it is now, each with the elements meant. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  // As much text as the whole console: read once for each page, not for each look at it.
  if (!(await page.evaluate(() => 'axe' in globalThis)))
    await page.evaluate(readFileSync(join('node_modules', 'axe-core', 'axe.min.js'), 'utf8'));
  return await page.evaluate(async () => {
    // What still fades in has another contrast than what is there.
    const ending = document
      .getAnimations()
      .filter((animation) => animation.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
    await Promise.allSettled(ending.map((animation) => animation.finished));
    const { axe } = globalThis as unknown as {
      axe: {
        run(
          context: object,
          options: object,
        ): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
      };
    };
    const { violations } = await axe.run(
      // The component library's own place for what it says to a screen reader, emptied after some seconds.
      { exclude: [['[data-live-announcer]']] },
      {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
        // Neither what passed nor the way to an element is told.
        resultTypes: ['violations'],
        selectors: false,
      },
    );
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
  });
}
