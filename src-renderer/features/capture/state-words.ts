import type { Tone } from '../../ui/tone.ts';

/** The states that have words and a colour (SPEC 4.3); any other is shown as it is. */
export const divisionTones: Readonly<Record<string, Tone>> = {
  GREEN: 'safe',
  YELLOW: 'off',
  RED: 'attention',
};
export const tableTones: Readonly<Record<string, Tone | 'plain'>> = {
  IDLE: 'plain',
  BUSY: 'wait',
  CLEANING: 'off',
};

const words = ['RED', 'YELLOW', 'GREEN', 'IDLE', 'BUSY', 'CLEANING'] as const;

export type StateWord = (typeof words)[number];

/** The state as a key of the texts; null for one that nobody has words for. */
export function stateWord(state: string): StateWord | null {
  return words.find((word) => word === state) ?? null;
}
