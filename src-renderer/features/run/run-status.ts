import type { RunStatus } from '../../../src-main/contract/run-shapes.ts';
import type { Tone } from '../../ui/tone.ts';

/** The colour of a run's end. */
export const runTones: Readonly<Record<RunStatus, Tone>> = {
  running: 'wait',
  success: 'safe',
  partial: 'off',
  failed: 'attention',
  cancelled: 'off',
  interrupted: 'off',
};
