import { Radio, RadioGroup } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { useDesktop } from '../../console/console-context.tsx';
import { FaultNotice } from '../../ui/notice.tsx';

/** Each in its own words, so that whoever reads it finds it. */
const languages = [
  ['zh-CN', '简体中文'],
  ['zh-TW', '繁體中文'],
  ['en', 'English'],
] as const;

/** The language counts at once, so that the rest is read in it. */
export function LanguageStep() {
  const { t, i18n } = useTranslation();
  const chosen = useDesktop((view) => view.preferences.language);
  const fault = useDesktop((view) => view.fault);
  const set = useDesktop((view) => view.setPreferences);
  const value = chosen === 'system' ? i18n.language : chosen;
  return (
    <>
      <RadioGroup
        className="choices"
        aria-label={t('setup.language.title')}
        value={value}
        onChange={(language) => {
          const known = languages.find(([name]) => name === language);
          if (known) void set({ language: known[0] });
        }}
      >
        {languages.map(([name, words]) => (
          <Radio key={name} value={name} className="choice">
            <span lang={name}>{words}</span>
          </Radio>
        ))}
      </RadioGroup>
      {fault && <FaultNotice fault={fault} />}
    </>
  );
}
