import type { Locator, Page } from 'playwright/test';
import type { OpenConsole } from './console.ts';
import type { EachConsole, StartOptions } from './each-console.ts';

/** Opens a console and goes to what needs someone. */
export async function startAtErrors(box: EachConsole, options: StartOptions = {}): Promise<OpenConsole> {
  const open = await box.start(options);
  await open.page.locator('.sidebar a[href="#/errors"]').click();
  return open;
}

/** The title of the view, which says how much needs someone. */
export function title(page: Page): Locator {
  return page.getByRole('heading', { level: 1 });
}
