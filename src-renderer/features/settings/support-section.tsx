import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useDesktop, useEngine } from '../../console/console-context.tsx';
import { openRoute } from '../../console/route.ts';
import { Button } from '../../ui/button.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Section, SectionFault } from './section.tsx';
import type { SettingsStore } from './store.ts';

/** For whoever helps from far away: one file, where everything lies, and the set-up again. */
export function SupportSection({ store }: { readonly store: SettingsStore }) {
  const { t } = useTranslation();
  const { busy, done, saveDiagnostics, config } = useStore(store);
  const info = useEngine((view) => view.info);
  const version = useDesktop((view) => view.info?.version ?? '');
  const path = done?.section === 'support' ? done.path : undefined;
  return (
    <Section id="support" title={t('settings.support.title')} lead={t('settings.support.lead')}>
      <div className="page-actions">
        <Button onPress={() => void saveDiagnostics()} isPending={busy === 'support'}>
          {busy === 'support' ? t('settings.support.collecting') : t('settings.support.save')}
        </Button>
        <Button onPress={() => openRoute('settings', { setup: 'again' })}>
          {t('settings.support.setUpAgain')}
        </Button>
      </div>
      <p className="saved" role="status" data-testid="saved-support">
        {path ? t('settings.support.savedTo', { path }) : ''}
      </p>
      <SectionFault store={store} section="support" />
      <Facts>
        <Fact name={t('settings.support.dataDir')}>
          <span data-data="">{info?.dataDir ?? '–'}</span>
        </Fact>
        <Fact name={t('settings.support.configFile')}>
          <span data-data="">{config?.path ?? '–'}</span>
        </Fact>
        <Fact name={t('settings.support.version')}>{version}</Fact>
      </Facts>
    </Section>
  );
}
