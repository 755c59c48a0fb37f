import { useTranslation } from 'react-i18next';
import { Chip } from '../../ui/chip.tsx';
import { divisionTones, stateWord, tableTones } from './state-words.ts';

/** A state in its colour and its word; one that nobody has words for is shown as it is, and marked as unknown. */
export function StateChip({ state }: { readonly state: string }) {
  const { t } = useTranslation();
  const word = stateWord(state);
  const tone = divisionTones[state] ?? tableTones[state] ?? 'plain';
  return <Chip tone={tone}>{word ? t(`state.${word}`) : t('stateUnknown', { state })}</Chip>;
}
