import { useEffect } from 'react';
import { useStore } from 'zustand';
import { useEngine, useFormats } from '../../console/console-context.tsx';
import { useNow } from '../../ui/use-now.ts';
import type { CaptureStore } from '../capture/store.ts';
import { Cameras } from './cameras.tsx';
import { HomeFigures } from './figures.tsx';
import { KeptTable } from './kept-table.tsx';
import { LastRun } from './last-run.tsx';
import { OutcomeNotice } from './outcome-notice.tsx';
import { RunPanel } from './run-panel.tsx';
import type { HomeStore } from './store.ts';
import { runInSight } from './verdict.ts';
import { VerdictBanner } from './verdict-banner.tsx';
import './home.css';

interface HomePageProps {
  readonly store: HomeStore;
  readonly capture: CaptureStore;
}

/** Home: how it stands in one line, the numbers behind it, and the button that mends an outage. */
export default function HomePage({ store, capture }: HomePageProps) {
  const { requested, outcome, syncEverything, cancel, pause, resume, dismissOutcome } = useStore(store);
  const status = useEngine((view) => view.status);
  const fault = useEngine((view) => view.fault);
  const progress = useEngine((view) => view.progress);
  const arriving = useEngine((view) => view.arriving);
  const live = useStore(capture, (state) => state.live);
  const now = useNow(5_000);
  const formats = useFormats();
  useEffect(() => capture.getState().follow(), [capture]);

  const run = runInSight(progress, arriving, requested);
  const busy = run !== 'none';
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
