import type { CaptureStore } from '../capture/store.ts';
import { Cameras } from './cameras.tsx';
import { HomeFigures } from './figures.tsx';
import { KeptTable } from './kept-table.tsx';
import { LastRun } from './last-run.tsx';
import { OutcomeNotice } from './outcome-notice.tsx';
import { RunPanel } from './run-panel.tsx';
import type { HomeStore } from './store.ts';
import { useHome } from './use-home.ts';
import { VerdictBanner } from './verdict-banner.tsx';
import './home.css';

interface HomePageProps {
  readonly store: HomeStore;
  readonly capture: CaptureStore;
}

/** Home: how it stands in one line, the numbers behind it, and the button that mends an outage. */
export default function HomePage({ store, capture }: HomePageProps) {
  const { status, fault, progress, live, now, formats, run, busy, outcome, ...controls } = useHome(
    store,
    capture,
  );
  const { syncEverything, cancel, pause, resume, dismissOutcome } = controls;
  return (
    <div className="page home">
      <VerdictBanner
        status={status}
        engineFault={fault}
        formats={formats}
        now={now}
        run={run}
        onSync={syncEverything}
        onResume={resume}
      />
      {busy && <RunPanel progress={progress} formats={formats} onCancel={cancel} onPause={pause} />}
      {!busy && outcome && <OutcomeNotice outcome={outcome} formats={formats} onDismiss={dismissOutcome} />}
      {status && (
        <>
          <HomeFigures status={status} live={live} formats={formats} now={now} />
          <div className="columns">
            <KeptTable status={status} formats={formats} now={now} />
            <div className="side">
              <LastRun
                run={status.lastRun}
                formats={formats}
                now={now}
                onSync={busy || fault !== null ? null : () => void syncEverything()}
              />
              {live && <Cameras cameras={live.cameras} formats={formats} now={now} />}
            </div>
          </div>
        </>
      )}
    </div>
  );
}
