import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useEngine, useRoute } from '../../console/console-context.tsx';
import { routeLink } from '../../console/route.ts';
import { Button } from '../../ui/button.tsx';
import { Loading } from '../../ui/empty-state.tsx';
import { Notice } from '../../ui/notice.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { ConnectionForm } from '../connection/connection-form.tsx';
import { ConsoleSection } from './console-section.tsx';
import { HoursField } from './hours-field.tsx';
import { InventorySection } from './inventory-section.tsx';
import { KioskSection } from './kiosk-section.tsx';
import { RestartNotice } from './restart-notice.tsx';
import { ScheduleField } from './schedule-field.tsx';
import { ConfigSection, SavedWord, Section, SectionFault } from './section.tsx';
import { SwitchSetting, TextSetting } from './setting-field.tsx';
import type { SettingsStore } from './store.ts';
import { SupportSection } from './support-section.tsx';
import { ZoneSetting } from './zone-setting.tsx';
import './settings.css';

const sections = [
  'store',
  'connection',
  'schedule',
  'hours',
  'retention',
  'inventory',
  'console',
  'kiosk',
  'support',
] as const;

/** Settings: the store, where records go and when, how long they stay, and this console itself. */
export default function SettingsPage({ store }: { readonly store: SettingsStore }) {
  const { t } = useTranslation();
  const config = useStore(store, (state) => state.config);
  useEffect(() => store.getState().follow(), [store]);
  useSectionFocus(config !== null);
  return (
    <div className="page settings">
      <PageHead title={t('navigation.settings')} lead={t('settings.lead')} />
      <nav className="settings-nav" aria-label={t('settings.sections')}>
        {sections.map((name) => (
          <a key={name} href={routeLink('settings', { section: name })}>
            {t(`settings.${name}.title`)}
          </a>
        ))}
      </nav>
      <RestartNotice store={store} />
      <SectionFault store={store} section="all" />
      {config !== null && config.faults.length > 0 && (
        <Notice tone="attention" title={t('settings.fileFault')} testId="file-fault">
          {config.faults.map(({ path, reason }) => (
            <p key={path} className="engine-words" lang="en">
              {path}: {reason}
            </p>
          ))}
        </Notice>
      )}
      {config === null ? <Loading label={t('common.loading')} /> : <EngineSections store={store} />}
      <ConsoleSection />
      <KioskSection store={store} />
      <SupportSection store={store} />
    </div>
  );
}

/** What the engine is set to. */
function EngineSections({ store }: { readonly store: SettingsStore }) {
  const { t } = useTranslation();
  return (
    <>
      <ConfigSection
        id="store"
        title={t('settings.store.title')}
        lead={t('settings.store.lead')}
        store={store}
        keys={['location.id', 'location.timezone']}
      >
        <TextSetting store={store} name="location.id" />
        <ZoneSetting store={store} name="location.timezone" />
      </ConfigSection>
      <ConnectionSection store={store} />
      <ConfigSection
        id="schedule"
        title={t('settings.schedule.title')}
        lead={t('settings.schedule.lead')}
        store={store}
        keys={['schedule.enabled', 'schedule.hourly', 'schedule.full']}
      >
        <SwitchSetting store={store} name="schedule.enabled" />
        <ScheduleField store={store} name="schedule.hourly" />
        <ScheduleField store={store} name="schedule.full" />
      </ConfigSection>
      <ConfigSection
        id="hours"
        title={t('settings.hours.title')}
        lead={t('settings.hours.lead')}
        store={store}
        keys={['health.openingHours', 'health.silentMinutes']}
      >
        <HoursField store={store} />
        <TextSetting store={store} name="health.silentMinutes" />
      </ConfigSection>
      <ConfigSection
        id="retention"
        title={t('settings.retention.title')}
        lead={t('settings.retention.lead')}
        store={store}
        keys={['retention.enabled', 'retention.statesHours', 'retention.recordsDays']}
      >
        <SwitchSetting store={store} name="retention.enabled" />
        <TextSetting store={store} name="retention.statesHours" />
        <TextSetting store={store} name="retention.recordsDays" />
      </ConfigSection>
      <InventorySection store={store} />
    </>
  );
}

function ConnectionSection({ store }: { readonly store: SettingsStore }) {
  const { t } = useTranslation();
  const { connection, busy, saveConnection, copy } = useStore(store);
  const touched = useStore(connection, (state) => state.touched);
  const otherCloud = useStore(connection, (state) => state.details?.marks.other ?? false);
  const engineGone = useEngine((view) => view.fault?.code === 'unavailable');
  return (
    <Section id="connection" title={t('settings.connection.title')} lead={t('settings.connection.lead')}>
      <ConnectionForm
        store={connection}
        onCopy={copy}
        actions={
          <Button
            look={touched ? 'main' : 'quiet'}
            onPress={() => void saveConnection()}
            isPending={busy === 'connection'}
            isDisabled={!touched || engineGone}
          >
            {t('common.save')}
          </Button>
        }
      />
      <SavedWord store={store} section="connection" />
      {otherCloud && (
        <p data-testid="other-cloud-note">
          {t('settings.connection.otherCloud')}{' '}
          <a href={routeLink('cloud')}>{t('settings.connection.toCloud')}</a>
        </p>
      )}
    </Section>
  );
}

/** A link to a section brings its heading into sight and gives it the focus. */
function useSectionFocus(ready: boolean): void {
  const wanted = useRoute((route) => route.parameters.section);
  useEffect(() => {
    if (!ready || wanted === undefined) return;
    const heading = document.getElementById(`settings-${wanted}`);
    heading?.scrollIntoView({ block: 'start' });
    heading?.focus({ preventScroll: true });
  }, [wanted, ready]);
}
