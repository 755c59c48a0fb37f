import type { Preferences } from '../contract/desktop-contract.ts';

/** The languages that tray, notifications and dialogs speak. */
export type ConsoleLanguage = 'en' | 'zh-CN' | 'zh-TW';

/** What was chosen, else the first language of the system that there are words for; English else. */
export function consoleLanguage(
  chosen: Preferences['language'],
  systemLanguages: readonly string[],
): ConsoleLanguage {
  if (chosen !== 'system') return chosen;
  for (const language of systemLanguages) {
    if (/^zh-Hans/i.test(language)) return 'zh-CN';
    if (/^zh-(Hant|TW|HK|MO)/i.test(language)) return 'zh-TW';
    if (/^zh/i.test(language)) return 'zh-CN';
    if (/^en/i.test(language)) return 'en';
  }
  return 'en';
}
