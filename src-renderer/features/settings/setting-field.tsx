import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { SwitchField, TextInput } from '../../ui/field.tsx';
import { lockedBy, type SettingKey, shownValue } from './draft.ts';
import type { SettingsStore } from './store.ts';

type TextKey = Extract<
  SettingKey,
  | 'location.id'
  | 'health.silentMinutes'
  | 'retention.statesHours'
  | 'retention.recordsDays'
  | Exclude<
      Extract<SettingKey, `inventory.${string}`>,
      'inventory.enable_persistence' | 'inventory.timezone' | 'inventory.smoothing_method'
    >
>;
type SwitchKey = Extract<
  SettingKey,
  'schedule.enabled' | 'retention.enabled' | 'inventory.enable_persistence'
>;

interface SettingFieldProps<Key extends SettingKey> {
  readonly store: SettingsStore;
  readonly name: Key;
}

/** What a field needs beside its value: why it cannot be changed, and what is wrong with it. */
export function useSetting(store: SettingsStore, name: SettingKey) {
  const { t } = useTranslation();
  const { config, draft, keyFaults, change } = useStore(store);
  const variable = config === null ? null : lockedBy(config, name);
  const fault = keyFaults[name];
  return {
    value: config === null ? null : shownValue(config, draft, name),
    change: (value: Parameters<typeof change>[1]) => change(name, value),
    isLocked: variable !== null,
    lockHint: variable === null ? null : t('settings.lockedBy', { variable }),
    fault: fault === undefined ? null : t(`settings.field.${name}.expects`),
  };
}

/** A setting that is typed. */
export function TextSetting({ store, name }: SettingFieldProps<TextKey>) {
  const { t } = useTranslation();
  const { value, change, isLocked, lockHint, fault } = useSetting(store, name);
  const fixed = useStore(store, (state) => state.config?.fixedLocationId ?? null);
  const isFixed = name === 'location.id' && fixed !== null;
  return (
    <TextInput
      label={t(`settings.field.${name}.label`)}
      hint={isFixed ? t('settings.fixedLocation') : (lockHint ?? t(`settings.field.${name}.hint`))}
      value={isFixed ? fixed : value === null ? '' : String(value)}
      onChange={change}
      inputMode={name === 'location.id' ? 'text' : 'decimal'}
      isDisabled={isLocked || isFixed}
      fault={fault}
      testId={`setting-${name}`}
    />
  );
}

/** A setting that is on or off. */
export function SwitchSetting({ store, name }: SettingFieldProps<SwitchKey>) {
  const { t } = useTranslation();
  const { value, change, isLocked, lockHint } = useSetting(store, name);
  return (
    <SwitchField
      label={t(`settings.field.${name}.label`)}
      hint={lockHint ?? t(`settings.field.${name}.hint`)}
      isSelected={value === true}
      onChange={change}
      isDisabled={isLocked}
      testId={`setting-${name}`}
    />
  );
}
