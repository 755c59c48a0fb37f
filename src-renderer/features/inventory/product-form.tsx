import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { ConfigReport } from '../../../src-main/contract/config-shapes.ts';
import { useEngine, useFormats } from '../../console/console-context.tsx';
import { Button } from '../../ui/button.tsx';
import { TextInput } from '../../ui/field.tsx';
import { FaultNotice } from '../../ui/notice.tsx';
import type { SettingsStore } from '../settings/store.ts';
import {
  draftOf,
  emptyProduct,
  type Product,
  type ProductDraft,
  type ProductField,
  productFaults,
  sharedValue,
  withoutProduct,
  withProduct,
} from './product-draft.ts';

interface ProductFormProps {
  readonly store: SettingsStore;
  readonly config: ConfigReport;
  readonly products: readonly Product[];
  /** the end of the list for a new one */
  readonly index: number;
  readonly onDone: () => void;
}

/** One product: its name, the detector's other names for it, its own threshold and days. */
export function ProductForm({ store, config, products, index, onDone }: ProductFormProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { busy, fault, productFaults: refused, saveProducts, forgetProductFaults } = useStore(store);
  const engineGone = useEngine((view) => view.fault?.code === 'unavailable');
  const known = products[index];
  const [draft, setDraft] = useState<ProductDraft>(known === undefined ? emptyProduct : draftOf(known));
  const [sent, setSent] = useState<ProductDraft | null>(null);
  const faults = sent === null ? null : productFaults(refused, index, sent, products);
  const field = (name: ProductField) => {
    const fault = sent !== null && sent[name] === draft[name] ? faults?.[name] : undefined;
    return {
      value: draft[name],
      onChange: (value: string) => setDraft({ ...draft, [name]: value }),
      fault:
        fault === undefined
          ? null
          : fault.text === null
            ? t(`inventory.products.expects.${name}`)
            : t('inventory.products.expects.oneAlias', { name: fault.text }),
      testId: `product-${name}`,
    };
  };
  async function save(event: FormEvent): Promise<void> {
    event.preventDefault();
    setSent(draft);
    if (await saveProducts(withProduct(products, index, draft))) onDone();
  }
  return (
    <form className="product-form" onSubmit={(event) => void save(event)} noValidate>
      <TextInput
        label={t('inventory.products.name')}
        hint={t('inventory.products.nameHint')}
        autoFocus
        {...field('name')}
      />
      <TextInput
        label={t('inventory.products.aliases')}
        hint={t('inventory.products.aliasesHint')}
        rows={3}
        {...field('aliases')}
      />
      <TextInput
        label={t('inventory.products.threshold')}
        hint={t('inventory.products.thresholdHint', {
          value: formats.number(sharedValue(config, 'low_stock_threshold')),
        })}
        inputMode="numeric"
        {...field('threshold')}
      />
      <TextInput
        label={t('inventory.products.days')}
        hint={t('inventory.products.daysHint', {
          value: formats.decimal(sharedValue(config, 'expiration_days')),
        })}
        inputMode="decimal"
        {...field('days')}
      />
      {fault?.section === 'products' && faults === null && (
        <FaultNotice fault={fault.fault} onDismiss={forgetProductFaults} />
      )}
      <div className="page-actions">
        <Button look="main" type="submit" isPending={busy === 'products'} isDisabled={engineGone}>
          {t('common.save')}
        </Button>
        {known !== undefined && (
          <Remove
            name={known.name}
            isLast={products.length === 1}
            isDisabled={engineGone || busy === 'products'}
            onRemove={() =>
              void saveProducts(withoutProduct(products, index)).then((kept) => {
                if (kept) onDone();
              })
            }
          />
        )}
      </div>
    </form>
  );
}

interface RemoveProps {
  readonly name: string;
  /** without any, all products are tracked */
  readonly isLast: boolean;
  readonly isDisabled: boolean;
  readonly onRemove: () => void;
}

/** Asks before it does. */
function Remove({ name, isLast, isDisabled, onRemove }: RemoveProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const [asks, setAsks] = useState(false);
  if (!asks)
    return (
      <Button isDisabled={isDisabled} onPress={() => setAsks(true)}>
        {t('inventory.products.remove')}
      </Button>
    );
  return (
    <div className="remove-question" role="alert">
      <p>
        {formats.sentences(
          t('inventory.products.removeQuestion', { name }),
          isLast ? t('inventory.products.removeLast') : null,
        )}
      </p>
      <div className="page-actions">
        <Button look="danger" isDisabled={isDisabled} onPress={onRemove}>
          {t('inventory.products.removeNow')}
        </Button>
        <Button onPress={() => setAsks(false)}>{t('common.cancel')}</Button>
      </div>
    </div>
  );
}
