import { useTranslation } from 'react-i18next';
import { useDesktop } from '../../console/console-context.tsx';
import { SelectField, SwitchField } from '../../ui/field.tsx';
import { FaultNotice } from '../../ui/notice.tsx';
import { Section } from './section.tsx';

/** Each language in its own words, so that whoever reads it finds it. */
const languageNames = { en: 'English', 'zh-CN': '简体中文', 'zh-TW': '繁體中文' } as const;

/** How this console looks and when it speaks up; each choice counts at once. */
export function ConsoleSection() {
  const { t } = useTranslation();
  const preferences = useDesktop((view) => view.preferences);
  const info = useDesktop((view) => view.info);
  const fault = useDesktop((view) => view.fault);
  const set = useDesktop((view) => view.setPreferences);
  const { language, theme, clock, notifications, openAtSignIn, keyShortcuts } = preferences;
  return (
    <Section id="console" title={t('settings.console.title')} lead={t('settings.console.lead')}>
      <SelectField
        label={t('settings.console.language')}
        value={language}
        choices={[
          { value: 'system' as const, label: t('settings.console.asSystem') },
          ...(['en', 'zh-CN', 'zh-TW'] as const).map((value) => ({ value, label: languageNames[value] })),
        ]}
        onChange={(value) => void set({ language: value })}
        testId="preference-language"
      />
      <SelectField
        label={t('settings.console.theme')}
        value={theme}
        choices={(['system', 'light', 'dark', 'contrast'] as const).map((value) => ({
          value,
          label: value === 'system' ? t('settings.console.asSystem') : t(`settings.console.themes.${value}`),
        }))}
        onChange={(value) => void set({ theme: value })}
        testId="preference-theme"
      />
      <SelectField
        label={t('settings.console.clock')}
        hint={t('settings.console.clockHint')}
        value={clock}
        choices={(['store', 'utc'] as const).map((value) => ({
          value,
          label: t(`settings.console.clocks.${value}`),
        }))}
        onChange={(value) => void set({ clock: value })}
        testId="preference-clock"
      />
      <SwitchField
        label={t('settings.console.notifications')}
        hint={t('settings.console.notificationsHint')}
        isSelected={notifications}
        onChange={(isOn) => void set({ notifications: isOn })}
        testId="preference-notifications"
      />
      <SwitchField
        label={t('settings.console.openAtSignIn')}
        hint={
          info?.canOpenAtSignIn === false
            ? t('settings.console.cannotOpenAtSignIn')
            : t('settings.console.openAtSignInHint')
        }
        isSelected={openAtSignIn}
        onChange={(isOn) => void set({ openAtSignIn: isOn })}
        isDisabled={info?.canOpenAtSignIn === false}
        testId="preference-open-at-sign-in"
      />
      <SwitchField
        label={t('settings.console.keyShortcuts')}
        hint={t('settings.console.keyShortcutsHint')}
        isSelected={keyShortcuts}
        onChange={(isOn) => void set({ keyShortcuts: isOn })}
        testId="preference-shortcuts"
      />
      {fault && <FaultNotice fault={fault} testId="fault-preferences" />}
    </Section>
  );
}
