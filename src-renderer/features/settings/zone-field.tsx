import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useEngine } from '../../console/console-context.tsx';
import { SelectField } from '../../ui/field.tsx';
import { zoneChoices } from './time-zones.ts';

interface ZoneFieldProps {
  readonly name: 'location.timezone' | 'inventory.timezone';
  /** null: as the store's own record says; only the store's own zone may be */
  readonly value: string | null;
  readonly onChange: (zone: string | null) => void;
  readonly hint: string;
  readonly isDisabled?: boolean;
  readonly fault?: string | null;
}

const asRecorded = 'recorded';

/** A time zone, with the time it is there now. */
export function ZoneField({ name, value, onChange, hint, isDisabled, fault }: ZoneFieldProps) {
  const { t, i18n } = useTranslation();
  const current = useEngine((view) => view.status?.timeZone ?? null);
  const choices = useMemo(
    () => [
      ...(name === 'location.timezone' ? [{ value: asRecorded, label: t('settings.zoneAsRecorded') }] : []),
      ...zoneChoices([value, current], i18n.language, new Date()),
    ],
    [name, value, current, i18n.language, t],
  );
  return (
    <SelectField
      label={t(`settings.field.${name}.label`)}
      hint={hint}
      isData={value !== null}
      value={value ?? asRecorded}
      choices={choices}
      onChange={(zone) => onChange(zone === asRecorded ? null : zone)}
      isDisabled={isDisabled}
      fault={fault}
      testId={`setting-${name}`}
    />
  );
}
