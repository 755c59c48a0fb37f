import { useTranslation } from 'react-i18next';
import { SwitchField, TextInput } from '../../ui/field.tsx';
import { hoursFaults } from './hours-faults.ts';
import { useSetting } from './setting-field.tsx';
import type { SettingsStore } from './store.ts';

interface Hours {
  readonly open: string;
  readonly close: string;
}

const usual: Hours = { open: '11:00', close: '23:00' };

/** When cameras are expected to send; off means that no silence is warned of. */
export function HoursField({ store }: { readonly store: SettingsStore }) {
  const { t } = useTranslation();
  const { value, change, isLocked, lockHint, fault } = useSetting(store, 'health.openingHours');
  const hours: Hours | null = isHours(value) ? value : null;
  const wrong = hours && fault !== null ? hoursFaults(hours) : null;
  const words = (at: 'open' | 'close'): string | null => {
    const found = wrong?.[at] ?? null;
    return found === null ? null : t(`settings.hours.${found}`);
  };
  return (
    <>
      <SwitchField
        label={t('settings.hours.warn')}
        hint={lockHint ?? t('settings.hours.warnHint')}
        isSelected={hours !== null}
        onChange={(isOn) => change(isOn ? { ...usual } : null)}
        isDisabled={isLocked}
        testId="setting-hours"
      />
      {hours && (
        <div className="schedule-row">
          <TextInput
            label={t('settings.hours.open')}
            value={hours.open}
            onChange={(open) => change({ ...hours, open })}
            isDisabled={isLocked}
            fault={wrong && !wrong.open && !wrong.close ? fault : words('open')}
            testId="setting-open"
          />
          <TextInput
            label={t('settings.hours.close')}
            hint={t('settings.hours.closeHint')}
            value={hours.close}
            onChange={(close) => change({ ...hours, close })}
            isDisabled={isLocked}
            fault={words('close')}
            testId="setting-close"
          />
        </div>
      )}
    </>
  );
}

function isHours(value: unknown): value is Hours & Record<string, string> {
  return typeof value === 'object' && value !== null && 'open' in value && 'close' in value;
}
