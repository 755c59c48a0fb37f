import { useTranslation } from 'react-i18next';
import type { RefusalReason } from '../../../src-main/contract/quarantine-shapes.ts';
import { useColumnLabel } from './column-label.ts';

interface RefusalWordsProps {
  readonly code: string;
  readonly message: string;
  /** null where the words are the cloud's */
  readonly reason: RefusalReason | null;
}

/** Why a record was refused: in the reader's language where Backhaul itself says so, and quietly in its own words. */
export function RefusalWords({ code, message, reason }: RefusalWordsProps) {
  const { t } = useTranslation();
  const sentence = useReason();
  const own = [code, message].filter(Boolean).join(' · ');
  return (
    <>
      {reason && <p data-testid="refusal">{sentence(reason)}</p>}
      {own !== '' && (
        <p className="engine-words">{t(`errorsPage.words.${reason ? 'own' : 'cloud'}`, { words: own })}</p>
      )}
    </>
  );
}

/** Tells why Backhaul itself does not take a record. */
export function useReason(): (reason: RefusalReason) => string {
  const { t } = useTranslation();
  const label = useColumnLabel();
  return ({ kind, values }) => {
    const { column = '', location = '', own = '' } = values;
    const text = kind === 'other_location' && location === '' ? 'no_location' : kind;
    return t(`refusal.${text}`, { column: label(column), location, own });
  };
}
