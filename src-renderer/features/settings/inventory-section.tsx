import { useTranslation } from 'react-i18next';
import { routeLink } from '../../console/route.ts';
import { SelectField } from '../../ui/field.tsx';
import { ConfigSection } from './section.tsx';
import { SwitchSetting, TextSetting, useSetting } from './setting-field.tsx';
import type { SettingsStore } from './store.ts';
import { ZoneSetting } from './zone-setting.tsx';

const numbers = [
  'inventory.low_stock_threshold',
  'inventory.expiration_days',
  'inventory.absence_minutes',
  'inventory.alert_cooldown_minutes',
  'inventory.sale_cooldown_seconds',
  'inventory.snapshot_interval',
  'inventory.smoothing_window',
  'inventory.retention_days',
] as const;

const methods = ['median', 'mean', 'mode'] as const;

/** What counts for all products; each product's own is edited where the products are seen. */
export function InventorySection({ store }: { readonly store: SettingsStore }) {
  const { t } = useTranslation();
  return (
    <ConfigSection
      id="inventory"
      title={t('settings.inventory.title')}
      lead={t('settings.inventory.lead')}
      store={store}
      keys={['inventory.enable_persistence', 'inventory.timezone', 'inventory.smoothing_method', ...numbers]}
    >
      <SwitchSetting store={store} name="inventory.enable_persistence" />
      <ZoneSetting store={store} name="inventory.timezone" />
      {numbers.map((name) => (
        <TextSetting key={name} store={store} name={name} />
      ))}
      <SmoothingMethod store={store} />
      <p className="field-hint">
        <a href={routeLink('inventory', { edit: 'products' })}>{t('settings.inventory.toProducts')}</a>
      </p>
    </ConfigSection>
  );
}

function SmoothingMethod({ store }: { readonly store: SettingsStore }) {
  const { t } = useTranslation();
  const { value, change, isLocked, lockHint } = useSetting(store, 'inventory.smoothing_method');
  return (
    <SelectField
      label={t('settings.field.inventory.smoothing_method.label')}
      hint={lockHint ?? t('settings.field.inventory.smoothing_method.hint')}
      value={methods.find((method) => method === value) ?? 'median'}
      choices={methods.map((method) => ({
        value: method,
        label: t(`settings.inventory.methods.${method}`),
      }))}
      onChange={change}
      isDisabled={isLocked}
      testId="setting-inventory.smoothing_method"
    />
  );
}
