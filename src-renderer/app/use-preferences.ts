import { useEffect } from 'react';
import { useDesktop } from '../console/console-context.tsx';
import { showLanguage } from '../i18n/start-translations.ts';

/** Puts the chosen language and appearance on the page, and whether it is a kiosk. */
export function usePreferences(): void {
  const theme = useDesktop((view) => view.preferences.theme);
  const language = useDesktop((view) => view.preferences.language);
  const kiosk = useDesktop((view) => view.info?.kiosk ?? false);
  const system = useDesktop((view) => view.info?.systemLanguages);
  useEffect(() => {
    const { dataset } = document.documentElement;
    if (theme === 'system') delete dataset.theme;
    else dataset.theme = theme;
  }, [theme]);
  useEffect(() => {
    document.documentElement.toggleAttribute('data-kiosk', kiosk);
  }, [kiosk]);
  useEffect(() => {
    void showLanguage(language, system ?? navigator.languages);
  }, [language, system]);
}
