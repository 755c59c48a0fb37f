import { useEffect } from 'react';
import { useStore } from 'zustand';
import { useEngine, useFormats } from '../../console/console-context.tsx';
import { useNow } from '../../ui/use-now.ts';
import type { CaptureStore } from '../capture/store.ts';
import type { HomeStore } from './store.ts';
import { runInSight } from './verdict.ts';

/** What Home and the kiosk's face both show: how it stands, the run in sight, what comes in, and the controls. */
export function useHome(store: HomeStore, capture: CaptureStore) {
  const { requested, ...controls } = useStore(store);
  const status = useEngine((view) => view.status);
  const fault = useEngine((view) => view.fault);
  const progress = useEngine((view) => view.progress);
  const arriving = useEngine((view) => view.arriving);
  const live = useStore(capture, (state) => state.live);
  const now = useNow(5_000);
  const formats = useFormats();
  useEffect(() => capture.getState().follow(), [capture]);
  const lastRunId = status?.lastRun?.runId ?? null;
  const { outcome, dismissOutcome } = controls;
  const outcomeRunId = outcome?.kind === 'finished' ? outcome.run.runId : null;
  // What a click came to is no news any more when another run has begun.
  useEffect(() => {
    if (outcome !== null && progress !== null) dismissOutcome();
    else if (outcomeRunId !== null && lastRunId !== null && lastRunId > outcomeRunId) dismissOutcome();
  }, [outcome, outcomeRunId, lastRunId, progress, dismissOutcome]);
  const run = runInSight(progress, arriving, requested);
  return { ...controls, status, fault, progress, live, now, formats, run, busy: run !== 'none' };
}
