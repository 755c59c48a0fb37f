import { join } from 'node:path';
import type { Page } from 'playwright/test';

/** The page as the window shows it, for a person to look at; `fullPage`: also what lies below. */
export async function screenshot(
  page: Page,
  name: string,
  { fullPage = false }: { readonly fullPage?: boolean } = {},
): Promise<void> {
  await page.screenshot({ path: join('.test-output', 'screenshots', `${name}.png`), fullPage });
}

/** The whole view, not only what fits: the view scrolls by itself. */
export async function screenshotOfView(page: Page, name: string): Promise<void> {
  const unroll = (on: boolean): Promise<void> =>
    page.evaluate((rolled) => {
      for (const name of ['.frame', 'main'])
        Object.assign(
          document.querySelector<HTMLElement>(name)?.style ?? {},
          rolled ? { height: 'auto', overflow: 'visible' } : { height: '', overflow: '' },
        );
    }, on);
  await unroll(true);
  await screenshot(page, name, { fullPage: true });
  await unroll(false);
}
