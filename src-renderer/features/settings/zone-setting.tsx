import { useTranslation } from 'react-i18next';
import { useSetting } from './setting-field.tsx';
import type { SettingsStore } from './store.ts';
import { ZoneField } from './zone-field.tsx';

interface ZoneSettingProps {
  readonly store: SettingsStore;
  readonly name: 'location.timezone' | 'inventory.timezone';
}

/** A setting that is a time zone. */
export function ZoneSetting({ store, name }: ZoneSettingProps) {
  const { t } = useTranslation();
  const { value, change, isLocked, lockHint, fault } = useSetting(store, name);
  return (
    <ZoneField
      name={name}
      value={typeof value === 'string' ? value : null}
      onChange={change}
      hint={lockHint ?? t(`settings.field.${name}.hint`)}
      isDisabled={isLocked}
      fault={fault}
    />
  );
}
