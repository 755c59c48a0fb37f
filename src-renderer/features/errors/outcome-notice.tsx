import { useTranslation } from 'react-i18next';
import { Notice } from '../../ui/notice.tsx';
import type { Outcome } from './outcome.ts';

/** What the last action came to. */
export function OutcomeNotice({
  outcome,
  onDismiss,
}: {
  readonly outcome: Outcome;
  readonly onDismiss: () => void;
}) {
  const { t } = useTranslation();
  const { kind, count, stillOpen } = outcome;
  const title =
    kind === 'edited' ? t('errorsPage.outcome.edited') : t(`errorsPage.outcome.${kind}`, { count });
  return (
    <Notice
      tone={kind === 'refusedAgain' ? 'attention' : kind === 'retried' || kind === 'edited' ? 'wait' : 'safe'}
      title={title}
      onDismiss={onDismiss}
      testId="outcome"
    >
      {kind === 'refusedAgain' && <p>{t('errorsPage.outcome.openAgain')}</p>}
      {stillOpen > 0 && <p>{t('errorsPage.outcome.stillOpen', { count: stillOpen })}</p>}
    </Notice>
  );
}
