import type { CloudDetails } from '../../../src-main/contract/cloud-shapes.ts';
import type { Tone } from '../../ui/tone.ts';

export interface Reach {
  readonly tone: Tone;
  readonly sentence: 'answers' | 'silent' | 'unknown';
}

/** How the cloud stands in one word; what a person must mend first is said in its own words. */
export function reachOf({ problem, reachable }: CloudDetails): Reach {
  const sentence = reachable === null ? 'unknown' : reachable ? 'answers' : 'silent';
  if (problem !== null) return { tone: 'attention', sentence };
  return { tone: reachable === null ? 'wait' : reachable ? 'safe' : 'off', sentence };
}

/** SPEC 6: from here on a clock is wrong. */
const clockToleranceMs = 60_000;

/** What the clock's difference means; null where it is not known. */
export function clockState(offsetMs: number | null): 'right' | 'ahead' | 'behind' | null {
  if (offsetMs === null) return null;
  if (Math.abs(offsetMs) <= clockToleranceMs) return 'right';
  return offsetMs > 0 ? 'behind' : 'ahead';
}
