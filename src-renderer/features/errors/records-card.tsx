import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { QuarantinePageEntry } from '../../../src-main/contract/quarantine-shapes.ts';
import type { ErrorEntry } from '../../../src-main/contract/report-shapes.ts';
import type { PagedList } from '../../console/paged-list.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import type { Formats } from '../../ui/formats.ts';
import { CauseHead, useCauseTitle } from './cause-head.tsx';
import { causeKey, needsCorrection } from './cause-words.ts';
import type { Chosen } from './chosen.ts';
import { EntryTable } from './entry-table.tsx';
import { PayloadLine } from './payload.tsx';
import { RefusalWords } from './refusal-words.tsx';

export interface RecordActions {
  readonly onRetry: (chosen: Chosen) => void;
  /** asks first */
  readonly onDiscard: (chosen: Chosen) => void;
  readonly onOpenEntry: (id: number, edit: boolean) => void;
  readonly onNeed: (code: string, place: number) => void;
}

interface RecordsCardProps extends RecordActions {
  readonly error: ErrorEntry;
  /** undefined until its first page was read */
  readonly list: PagedList<QuarantinePageEntry> | undefined;
  readonly startsOpen: boolean;
  readonly isDisabled: boolean;
  readonly formats: Formats;
  readonly now: Date;
}

/** Records that were set aside for one cause: the newest in a line, all of them in a table, and what may be done. */
export function RecordsCard(props: RecordsCardProps) {
  const { error, list, startsOpen, isDisabled, formats, now } = props;
  const { t } = useTranslation();
  const title = useCauseTitle();
  const [isOpen, setOpen] = useState(startsOpen);
  const newest = list?.items[0];
  const count = list?.total ?? error.count;
  const only = count === 1 ? newest : undefined;
  const cause = causeKey(error, newest);
  const correctFirst = needsCorrection(error.code) && newest?.correctable !== false;
  const chosen: Chosen = only ? { ids: [only.id], count: 1 } : { code: error.code, count };
  const id = `records-${error.code}`;
  const isCopy = error.code === 'copy_of_quarantined';
  return (
    <Card labelledBy={id} tone="attention" testId={`records-${error.code}`}>
      <CauseHead
        id={id}
        error={{ ...error, count }}
        cause={cause}
        formats={formats}
        now={now}
        actions={
          !isCopy && (
            <>
              {newest && correctFirst && (
                <Button
                  look="main"
                  isDisabled={isDisabled}
                  onPress={() => props.onOpenEntry(newest.id, true)}
                >
                  {t(only ? 'errorsPage.group.edit' : 'errorsPage.group.editNewest')}
                </Button>
              )}
              <Button
                look={needsCorrection(error.code) ? 'quiet' : 'main'}
                isDisabled={isDisabled}
                onPress={() => props.onRetry(chosen)}
              >
                {t('errorsPage.group.retry', { count })}
              </Button>
              <Button look="danger" isDisabled={isDisabled} onPress={() => props.onDiscard(chosen)}>
                {t('errorsPage.group.discard', { count })}
              </Button>
            </>
          )
        }
      />
      {newest && <PayloadLine entry={newest} />}
      {newest && <RefusalWords {...newest} />}
      <div>
        <Button
          look="bare"
          aria-expanded={isOpen}
          onPress={() => (only ? props.onOpenEntry(only.id, false) : setOpen(!isOpen))}
        >
          {isOpen && !only ? t('errorsPage.group.hide') : t('errorsPage.group.show', { count })}
        </Button>
      </div>
      {isOpen && !only && list && (
        <EntryTable
          label={t('errorsPage.group.records', { cause: title(cause, count) })}
          list={list}
          formats={formats}
          now={now}
          onNeed={(_first, last) => props.onNeed(error.code, last)}
          onOpen={(entryId) => props.onOpenEntry(entryId, false)}
        />
      )}
    </Card>
  );
}
