import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useFormats } from '../../console/console-context.tsx';
import { Loading } from '../../ui/empty-state.tsx';
import { FaultNotice } from '../../ui/notice.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { useNow } from '../../ui/use-now.ts';
import { CheckPanel } from './check-panel.tsx';
import { ProjectFacts } from './project-facts.tsx';
import { ReachBanner } from './reach-banner.tsx';
import type { CloudStore } from './store.ts';
import { SwitchPanel } from './switch-panel.tsx';
import { VerifyPanel } from './verify-panel.tsx';
import './cloud.css';

/** Cloud: where records go, whether it answers, whether it has all it needs, and whether both sides agree. */
export default function CloudPage({ store }: { readonly store: CloudStore }) {
  const { t } = useTranslation();
  const state = useStore(store);
  const formats = useFormats();
  const now = useNow(10_000);
  useEffect(() => store.getState().follow(), [store]);
  const { details, fault } = state;
  return (
    <div className="page cloud">
      <PageHead title={t('navigation.cloud')} lead={t('cloud.lead')} />
      {fault && <FaultNotice fault={fault.fault} onDismiss={state.dismissFault} testId="cloud-fault" />}
      {details === null ? (
        fault === null && <Loading label={t('common.loading')} />
      ) : (
        <>
          <ReachBanner details={details} formats={formats} now={now} />
          <SwitchPanel store={store} details={details} />
          <ProjectFacts details={details} formats={formats} now={now} />
          <VerifyPanel store={store} details={details} formats={formats} now={now} />
          <CheckPanel store={store} details={details} formats={formats} now={now} />
        </>
      )}
    </div>
  );
}
