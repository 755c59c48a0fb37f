import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { useEngine, useFormats } from '../../console/console-context.tsx';
import { useNow } from '../../ui/use-now.ts';
import type { CaptureStore } from '../capture/store.ts';
import type { HomeStore, Outcome } from './store.ts';
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
  const { outcome, dismissOutcome } = controls;
  const isOld = useIsOld(outcome);
  useEffect(() => {
    if (isOld) dismissOutcome();
  }, [isOld, dismissOutcome]);
  const run = runInSight(progress, arriving, requested);
  return { ...controls, status, fault, progress, live, now, formats, run, busy: run !== 'none' };
}

/** What a click came to is no news any more when a later run has begun; its own run may still be in sight. */
function useIsOld(outcome: Outcome | null): boolean {
  const latest = useEngine(({ status, progress }) =>
    Math.max(status?.lastRun?.runId ?? 0, progress?.runId ?? 0),
  );
  const atFault = useRef({ outcome, latest });
  if (atFault.current.outcome !== outcome) atFault.current = { outcome, latest };
  if (outcome === null) return false;
  return latest > (outcome.kind === 'finished' ? (outcome.run.runId ?? latest) : atFault.current.latest);
}
