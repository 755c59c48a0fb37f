import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { chooseLanguage } from './choose-language.ts';
import { texts as english } from './en.ts';
import { texts as simplified } from './zh-CN.ts';
import { texts as traditional } from './zh-TW.ts';

/** Loads the three languages and sets the page's own to the best fit. */
export async function startTranslations(preferred: readonly string[]): Promise<void> {
  const language = chooseLanguage(preferred);
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    resources: {
      en: { translation: english },
      'zh-CN': { translation: simplified },
      'zh-TW': { translation: traditional },
    },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  document.documentElement.lang = language;
}
