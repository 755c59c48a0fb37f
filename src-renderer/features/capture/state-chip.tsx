import { useTranslation } from 'react-i18next';
import { Chip } from '../../ui/chip.tsx';
import { divisionTones, stateWord, tableTones } from './state-words.ts';

interface StateChipProps {
  readonly state: string;
  /** the word alone, without what it means */
  readonly short?: boolean;
}

/** A state in its colour and its word. */
export function StateChip({ state, short = false }: StateChipProps) {
  const { t } = useTranslation();
  const word = stateWord(state);
  const tone = divisionTones[state] ?? tableTones[state] ?? 'plain';
  const text = word && (short ? t(`stateShort.${word}`) : t(`state.${word}`));
  return <Chip tone={tone}>{text ?? state}</Chip>;
}
