import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useEngine } from '../../console/console-context.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Loading } from '../../ui/empty-state.tsx';
import type { SettingsStore } from '../settings/store.ts';
import { type Product, productsKey, savedProducts } from './product-draft.ts';
import { ProductForm } from './product-form.tsx';
import { ProductList } from './product-list.tsx';

interface ProductsDialogProps {
  readonly store: SettingsStore;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Which products are tracked, under which names, and from which count and age on someone is told. */
export function ProductsDialog({ store, isOpen, onClose }: ProductsDialogProps) {
  const { t } = useTranslation();
  const { config, forgetProductFaults } = useStore(store);
  const [editing, setEditing] = useState<number | null>(null);
  useFocusBack(editing);
  const engineGone = useEngine((view) => view.fault?.code === 'unavailable');
  const products: readonly Product[] = config === null ? [] : savedProducts(config);
  const variable = config?.entries.find(({ key }) => key === productsKey)?.variable ?? null;
  const edit = (index: number | null): void => {
    forgetProductFaults();
    setEditing(index);
  };
  const close = (): void => {
    if (editing === null) onClose();
    else edit(null);
  };
  const added = products.length;
  return (
    <Dialog
      title={
        editing === null
          ? t('inventory.products.title')
          : (products[editing]?.name ?? t('inventory.products.new'))
      }
      isOpen={isOpen}
      onClose={close}
      shape="wide"
      closeLabel={editing === null ? t('common.close') : t('inventory.products.back')}
      testId="products-dialog"
      actions={
        editing === null && (
          <Button
            look="main"
            isDisabled={config === null || variable !== null || engineGone}
            onPress={() => edit(added)}
          >
            {t('inventory.products.add')}
          </Button>
        )
      }
    >
      {config === null ? (
        <Loading label={t('common.loading')} />
      ) : editing === null ? (
        <>
          <p>{t('inventory.products.lead')}</p>
          {variable !== null && <p className="quiet-text">{t('settings.lockedBy', { variable })}</p>}
          <ProductList products={products} config={config} onOpen={variable === null ? edit : undefined} />
        </>
      ) : (
        <ProductForm
          key={editing}
          store={store}
          config={config}
          products={products}
          index={editing}
          onDone={() => edit(null)}
        />
      )}
    </Dialog>
  );
}

/** Who comes back to the list is where they were in it. */
function useFocusBack(editing: number | null): void {
  const before = useRef(editing);
  useEffect(() => {
    const left = before.current;
    before.current = editing;
    if (left === null || editing !== null) return;
    const rows = document.querySelectorAll<HTMLElement>('.product-list [data-index]');
    const row = [...rows].find(({ dataset }) => dataset.index === String(left));
    (row ?? rows[0])?.focus();
  }, [editing]);
}
