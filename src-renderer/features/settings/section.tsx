import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useEngine } from '../../console/console-context.tsx';
import { Button } from '../../ui/button.tsx';
import { FaultNotice } from '../../ui/notice.tsx';
import { isChanged, type SettingKey } from './draft.ts';
import type { SettingsStore } from './store.ts';

interface SectionProps {
  readonly id: string;
  readonly title: string;
  readonly lead?: string;
  readonly children: ReactNode;
}

/** A group of settings under its heading, which a link can lead to. */
export function Section({ id, title, lead, children }: SectionProps) {
  return (
    <section className="settings-section" aria-labelledby={`settings-${id}`} data-section={id}>
      <header>
        <h2 id={`settings-${id}`} tabIndex={-1}>
          {title}
        </h2>
        {lead && <p className="settings-lead">{lead}</p>}
      </header>
      <div className="settings-fields">{children}</div>
    </section>
  );
}

interface ConfigSectionProps extends SectionProps {
  readonly store: SettingsStore;
  readonly keys: readonly SettingKey[];
}

/** A section of config.json: its fields, the button that keeps them, and what came of it. */
export function ConfigSection({ store, keys, children, ...section }: ConfigSectionProps) {
  const { t } = useTranslation();
  const { config, draft, busy, save } = useStore(store);
  const engineGone = useEngine((view) => view.fault?.code === 'unavailable');
  const changed = config !== null && keys.some((key) => isChanged(config, draft, key));
  return (
    <Section {...section}>
      {children}
      <div className="page-actions">
        <Button
          look={changed ? 'main' : 'quiet'}
          onPress={() => void save(section.id, keys)}
          isPending={busy === section.id}
          isDisabled={!changed || engineGone}
        >
          {t('common.save')}
        </Button>
        <SavedWord store={store} section={section.id} />
      </div>
      <SectionFault store={store} section={section.id} />
    </Section>
  );
}

/** Says that it was kept; read out by a screen reader. */
export function SavedWord({ store, section }: { readonly store: SettingsStore; readonly section: string }) {
  const { t } = useTranslation();
  const done = useStore(store, (state) => state.done);
  return (
    <p className="saved" role="status" data-testid={`saved-${section}`}>
      {done?.section === section ? t('settings.saved') : ''}
    </p>
  );
}

/** What failed in this section and belongs to no field. */
export function SectionFault({
  store,
  section,
}: {
  readonly store: SettingsStore;
  readonly section: string;
}) {
  const fault = useStore(store, (state) => state.fault);
  const dismiss = useStore(store, (state) => state.dismiss);
  if (fault?.section !== section) return null;
  return <FaultNotice fault={fault.fault} onDismiss={dismiss} testId={`fault-${section}`} />;
}
