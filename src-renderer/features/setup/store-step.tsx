import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { TextInput } from '../../ui/field.tsx';
import { ZoneField } from '../settings/zone-field.tsx';
import type { SetupStore } from './store.ts';

/** Which store this box stands in. */
export function StoreStep({ store }: { readonly store: SetupStore }) {
  const { t } = useTranslation();
  const { config, locationId, timeZone, storeFault, changeStore } = useStore(store);
  const entry = (key: string) => config?.entries.find((one) => one.key === key);
  const isFixed = config !== null && config.fixedLocationId !== null;
  const idVariable = entry('location.id')?.variable ?? null;
  const zoneVariable = entry('location.timezone')?.variable ?? null;
  const lockHint = (variable: string): string => t('settings.lockedBy', { variable });
  return (
    <>
      <TextInput
        label={t('settings.field.location.id.label')}
        hint={
          isFixed
            ? t('settings.fixedLocation')
            : idVariable
              ? lockHint(idVariable)
              : t('settings.field.location.id.hint')
        }
        value={locationId}
        onChange={(text) => changeStore({ locationId: text })}
        isDisabled={isFixed || idVariable !== null}
        fault={storeFault === 'id' ? t('settings.field.location.id.expects') : null}
        testId="setup-location"
      />
      <ZoneField
        name="location.timezone"
        value={timeZone}
        onChange={(zone) => changeStore({ timeZone: zone })}
        hint={zoneVariable ? lockHint(zoneVariable) : t('settings.field.location.timezone.hint')}
        isDisabled={zoneVariable !== null}
        fault={storeFault === 'zone' ? t('settings.field.location.timezone.expects') : null}
      />
    </>
  );
}
