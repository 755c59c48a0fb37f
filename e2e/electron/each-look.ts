import { expect, test } from 'playwright/test';
import type { Preferences } from '../../src-main/contract/desktop-contract.ts';
import type { OpenConsole } from './console.ts';

/** Each language once and each appearance once. */
const looks = [
  { language: 'en', theme: 'light' },
  { language: 'zh-CN', theme: 'dark' },
  { language: 'zh-TW', theme: 'contrast' },
] as const;

/** A language and an appearance of the console. */
export type Look = (typeof looks)[number];

/** Lets the console speak another language or look otherwise, and resolves when it does. */
export async function choose({ call, page }: OpenConsole, chosen: Partial<Preferences>): Promise<void> {
  expect(await call('desktop.setPreferences', chosen)).toMatchObject({ ok: true });
  const { language, theme } = chosen;
  if (language !== undefined) await expect(page.locator(`html[lang=${language}]`)).toBeAttached();
  if (theme !== undefined) await expect(page.locator(`html[data-theme=${theme}]`)).toBeAttached();
}

/**
 * Shows one console in each language and appearance in turn, and in the first again afterwards: its state is made
 * once. A fault names the look that it was found in.
 */
export async function inEachLook(
  open: OpenConsole,
  examine: (look: Look, name: string) => Promise<void>,
): Promise<void> {
  for (const look of looks) {
    const name = `${look.language}-${look.theme}`;
    await test.step(name, async () => {
      await choose(open, look);
      await examine(look, name).catch((error: unknown) => {
        if (error instanceof Error) error.message = `in ${name}: ${error.message}`;
        throw error;
      });
    });
  }
  await choose(open, looks[0]);
}
