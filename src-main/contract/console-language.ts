import type { Preferences } from './desktop-contract.ts';

/** The languages that page, tray, notifications and dialogs speak. */
export type ConsoleLanguage = Exclude<Preferences['language'], 'system'>;

/** What was chosen, else the first language of the system, in its order, that there are words for; English else. */
export function consoleLanguage(
  chosen: Preferences['language'],
  systemLanguages: readonly string[],
): ConsoleLanguage {
  if (chosen !== 'system') return chosen;
  for (const tag of systemLanguages) {
    const [language, ...parts] = tag.toLowerCase().split('-');
    if (language === 'en') return 'en';
    if (language !== 'zh') continue;
    if (parts.includes('hans')) return 'zh-CN';
    return ['hant', 'tw', 'hk', 'mo'].some((part) => parts.includes(part)) ? 'zh-TW' : 'zh-CN';
  }
  return 'en';
}
