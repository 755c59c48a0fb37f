import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { createFormats } from '../../ui/formats.ts';
import { useNow } from '../../ui/use-now.ts';
import { Figures } from './figures.tsx';
import { KeptTable } from './kept-table.tsx';
import { LastRun } from './last-run.tsx';
import { OutcomeNotice } from './outcome-notice.tsx';
import { RunPanel } from './run-panel.tsx';
import type { HomeStore } from './store.ts';
import { VerdictBanner } from './verdict-banner.tsx';
import './home.css';

/** Home: how it stands in one line, the numbers behind it, and the button that mends an outage. */
export default function HomePage({ store }: { readonly store: HomeStore }) {
  const { i18n } = useTranslation();
  const {
    status,
    engineFault,
    progress,
    requested,
    outcome,
    follow,
    syncEverything,
    cancel,
    dismissOutcome,
  } = useStore(store);
  const now = useNow(10_000);
  const formats = createFormats(i18n.language, status?.timeZone ?? 'UTC');
  useEffect(follow, [follow]);

  const busy = requested || progress !== null;
  return (
    <div className="home">
      <VerdictBanner
        status={status}
        engineFault={engineFault}
        formats={formats}
        now={now}
        busy={busy}
        onSync={syncEverything}
      />
      {busy && <RunPanel progress={progress} formats={formats} onCancel={cancel} />}
      {!busy && outcome && <OutcomeNotice outcome={outcome} formats={formats} onDismiss={dismissOutcome} />}
      {status && (
        <>
          <Figures status={status} formats={formats} now={now} />
          <div className="columns">
            <KeptTable status={status} formats={formats} now={now} />
            <LastRun run={status.lastRun} formats={formats} now={now} />
          </div>
        </>
      )}
    </div>
  );
}
