import { useTranslation } from 'react-i18next';
import type { QuarantinePageEntry } from '../../../src-main/contract/quarantine-shapes.ts';
import { routeLink } from '../../console/route.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Loading } from '../../ui/empty-state.tsx';
import { causeKey, needsCorrection } from './cause-words.ts';
import type { Chosen } from './chosen.ts';
import type { OpenEntry } from './open-entry.ts';
import { PayloadTable } from './payload.tsx';
import { RefusalWords } from './refusal-words.tsx';

interface EntryDialogProps {
  readonly open: OpenEntry | null;
  readonly isDisabled: boolean;
  readonly onClose: () => void;
  readonly onEdit: () => void;
  readonly onRetry: (chosen: Chosen) => void;
  readonly onDiscard: (chosen: Chosen) => void;
}

/** One record that was set aside: what it holds, why it was refused, and what may be done with it. */
export function EntryDialog({ open, isDisabled, onClose, onEdit, onRetry, onDiscard }: EntryDialogProps) {
  const { t } = useTranslation();
  const entry = open?.entry;
  const chosen: Chosen = { ids: [entry?.id ?? 0], count: 1 };
  const mustChange = entry !== null && entry !== undefined && needsCorrection(entry.code);
  const mayDecide = entry?.resolution === 'open' && entry.code !== 'copy_of_quarantined';
  return (
    <Dialog
      title={t('errorsPage.entry.title', { key: entry?.recordKey ?? '' })}
      isOpen={open !== null}
      onClose={onClose}
      testId="entry-dialog"
      actions={
        mayDecide && (
          <>
            <Button look="danger" isDisabled={isDisabled} onPress={() => onDiscard(chosen)}>
              {t('errorsPage.group.discard', { count: 1 })}
            </Button>
            <Button
              look={mustChange ? 'quiet' : 'main'}
              isDisabled={isDisabled}
              onPress={() => onRetry(chosen)}
            >
              {t('errorsPage.group.retry', { count: 1 })}
            </Button>
            {entry.correctable && (
              <Button look={mustChange ? 'main' : 'quiet'} isDisabled={isDisabled} onPress={onEdit}>
                {t('errorsPage.group.edit')}
              </Button>
            )}
          </>
        )
      }
    >
      {entry === undefined && <Loading label={t('common.loading')} />}
      {entry === null && <p>{t('errorsPage.entry.gone')}</p>}
      {entry && <EntryBody entry={entry} />}
    </Dialog>
  );
}

function EntryBody({ entry }: { readonly entry: QuarantinePageEntry }) {
  const { t } = useTranslation();
  const cause = causeKey({ unit: 'records', group: 'data', code: entry.code }, entry);
  const { session_id: session, camera_id: camera } = entry.payload;
  const place = {
    ...(typeof session === 'string' && { session }),
    ...(typeof camera === 'string' && { camera }),
  };
  return (
    <>
      {entry.resolution !== 'open' && (
        <p>
          {t('errorsPage.entry.decided', { resolution: t(`historyPage.resolution.${entry.resolution}`) })}
        </p>
      )}
      <RefusalWords {...entry} />
      {entry.resolution === 'open' && !entry.correctable && (
        <p data-testid="instead">{t(`${cause}.next` as 'recordCause.key.next')}</p>
      )}
      <p className="quiet-text">{t('errorsPage.entry.tries', { count: entry.attempts })}</p>
      <PayloadTable entry={entry} />
      {Object.keys(place).length > 0 && (
        <p>
          <a href={routeLink('find', place)}>{t('errorsPage.entry.find')}</a>
        </p>
      )}
    </>
  );
}
