import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import type { Chosen } from './chosen.ts';

interface DiscardDialogProps {
  /** null: nothing is asked */
  readonly asked: Chosen | null;
  readonly onKeep: () => void;
  readonly onDiscard: (chosen: Chosen) => void;
}

/** Asks before records are given up, and says how many. */
export function DiscardDialog({ asked, onKeep, onDiscard }: DiscardDialogProps) {
  const { t } = useTranslation();
  const count = asked?.count ?? 0;
  return (
    <Dialog
      title={t('errorsPage.discard.title', { count })}
      isOpen={asked !== null}
      onClose={onKeep}
      closeLabel={t('errorsPage.discard.keep')}
      testId="discard-dialog"
      actions={
        asked && (
          <Button look="danger" onPress={() => onDiscard(asked)}>
            {t('errorsPage.discard.confirm', { count })}
          </Button>
        )
      }
    >
      <p>{t('errorsPage.discard.text', { count })}</p>
    </Dialog>
  );
}
