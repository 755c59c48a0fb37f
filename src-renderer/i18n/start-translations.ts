import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { type ConsoleLanguage, consoleLanguage } from '../../src-main/contract/console-language.ts';
import { texts as english } from './en.ts';
import { pseudoTexts } from './pseudo-texts.ts';
import { texts as simplified } from './zh-CN.ts';
import { texts as traditional } from './zh-TW.ts';

/**
 * Loads the three languages and sets the page's own to the best fit.
 * @param pseudo texts that no person reads: longer, accented and marked, to show what is cut or not translated
 */
export async function startTranslations(preferred: readonly string[], pseudo: boolean): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: consoleLanguage('system', preferred),
    fallbackLng: 'en',
    resources: {
      en: { translation: pseudo ? pseudoTexts(english) : english },
      'zh-CN': { translation: simplified },
      'zh-TW': { translation: traditional },
    },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  document.documentElement.lang = i18next.language;
  i18next.on('languageChanged', (language) => {
    document.documentElement.lang = language;
  });
}

/** Changes the page's language at once. */
export async function showLanguage(
  chosen: ConsoleLanguage | 'system',
  system: readonly string[],
): Promise<void> {
  const language = consoleLanguage(chosen, system);
  if (language !== i18next.language) await i18next.changeLanguage(language);
}
