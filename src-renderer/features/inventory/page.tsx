import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { InventoryNow } from '../../../src-main/contract/inventory-shapes.ts';
import { useEngine, useFormats, useRoute } from '../../console/console-context.tsx';
import { openRoute } from '../../console/route.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState, Loading } from '../../ui/empty-state.tsx';
import { FaultNotice, Notice } from '../../ui/notice.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { useNow } from '../../ui/use-now.ts';
import { RestartNotice } from '../settings/restart-notice.tsx';
import type { SettingsStore } from '../settings/store.ts';
import { AlertsSection } from './alerts-section.tsx';
import { PastCards } from './past-cards.tsx';
import { type PeriodChoice, periodParameters, readPeriod } from './period.ts';
import { PeriodBar } from './period-bar.tsx';
import { ProductsDialog } from './products-dialog.tsx';
import { SalesSection } from './sales-section.tsx';
import { hasReadings } from './shelf.ts';
import { ShelfBanner } from './shelf-banner.tsx';
import { StockTable } from './stock-table.tsx';
import { StorageNotice } from './storage-notice.tsx';
import type { InventoryStore } from './store.ts';
import './inventory.css';

interface InventoryPageProps {
  readonly store: InventoryStore;
  /** the products are a part of the settings */
  readonly settings: SettingsStore;
}

/** Inventory: what is on the shelf, how long it keeps, what was sold, and what needs someone. */
export default function InventoryPage({ store, settings }: InventoryPageProps) {
  const { t } = useTranslation();
  const parameters = useRoute((route) => route.parameters);
  const { now, fault, exported, dismiss } = useStore(store);
  useEffect(() => store.getState().follow(), [store]);
  useEffect(() => settings.getState().follow(), [settings]);
  useEffect(() => store.getState().choose(readPeriod(parameters)), [store, parameters]);
  const choice = readPeriod(parameters);
  const edit = (on: boolean): void =>
    openRoute('inventory', { ...periodParameters(choice), ...(on ? { edit: 'products' } : {}) });
  return (
    <div className="page inventory" data-testid="inventory">
      <PageHead
        title={t('navigation.inventory')}
        lead={t('inventory.lead')}
        actions={
          <Button onPress={() => edit(true)} data-testid="edit-products">
            {t('inventory.products.open')}
          </Button>
        }
      />
      <RestartNotice store={settings} />
      {fault && fault.code !== 'unavailable' && (
        <FaultNotice fault={fault} onDismiss={dismiss} testId="inventory-fault" />
      )}
      {exported && (
        <Notice tone="safe" title={t('inventory.export.done')} onDismiss={dismiss} testId="exported">
          <p className="engine-words">{exported}</p>
        </Notice>
      )}
      {now === null ? (
        <Loading label={t('common.loading')} />
      ) : (
        <>
          <StorageNotice now={now} />
          {hasReadings(now) ? <Shelf store={store} now={now} choice={choice} /> : <NoReadings />}
        </>
      )}
      <ProductsDialog store={settings} isOpen={parameters.edit === 'products'} onClose={() => edit(false)} />
    </div>
  );
}

interface ShelfProps {
  readonly store: InventoryStore;
  readonly now: InventoryNow;
  readonly choice: PeriodChoice;
}

function Shelf({ store, now, choice }: ShelfProps) {
  const view = useStore(store);
  const instant = useNow(1000);
  const formats = useFormats(now.time_zone);
  const engineGone = useEngine((state) => state.fault !== null);
  return (
    <>
      <ShelfBanner now={now} instant={instant} formats={formats} />
      <StockTable products={now.products} formats={formats} />
      <AlertsSection
        alerts={view.alerts}
        acknowledging={view.acknowledging}
        isDisabled={engineGone}
        formats={formats}
        instant={instant}
        onAcknowledge={(id) => void view.acknowledge(id)}
      />
      <section className="sales" aria-labelledby="sales-heading">
        <PeriodBar
          choice={choice}
          summary={view.summary}
          instant={instant}
          formats={formats}
          timeZone={now.time_zone}
          exporting={view.exporting}
          isDisabled={engineGone}
          onChoose={(next) => openRoute('inventory', periodParameters(next))}
          onExport={(format) => void view.exportSummary(format)}
        />
        <SalesSection summary={view.summary} formats={formats} />
      </section>
      <PastCards yesterday={view.yesterday} lastWeek={view.lastWeek} formats={formats} />
    </>
  );
}

/** What a technician sends, for whoever has no counts yet. */
const exampleLine = '{"type":"inventory","counts":{"Mango":4,"Lemon Cake":2}}';

function NoReadings() {
  const { t } = useTranslation();
  const socket = useEngine((view) => view.info?.bridgeSocket ?? null);
  return (
    <EmptyState title={t('inventory.empty.title')} testId="inventory-empty">
      {t('inventory.empty.text')}
      <code className="example-line">{exampleLine}</code>
      {socket && <span className="engine-words">{t('inventory.empty.socket', { socket })}</span>}
    </EmptyState>
  );
}
