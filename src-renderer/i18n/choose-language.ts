export type Language = 'en' | 'zh-CN' | 'zh-TW';

/** The console's language for the languages a person prefers, in their order; English when none fits. */
export function chooseLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const [language, ...parts] = tag.toLowerCase().split('-');
    if (language === 'en') return 'en';
    if (language !== 'zh') continue;
    if (parts.includes('hans')) return 'zh-CN';
    return ['hant', 'tw', 'hk', 'mo'].some((part) => parts.includes(part)) ? 'zh-TW' : 'zh-CN';
  }
  return 'en';
}
