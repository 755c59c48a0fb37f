import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RefusedLine } from '../../../src-main/contract/line-shapes.ts';
import type { ErrorEntry } from '../../../src-main/contract/report-shapes.ts';
import type { PagedList } from '../../console/paged-list.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { CodeBlock } from '../../ui/code-block.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { type Formats, readInstant } from '../../ui/formats.ts';
import { type Column, VirtualTable } from '../../ui/virtual-table.tsx';
import { CauseHead, useCauseTitle } from './cause-head.tsx';
import { causeKey } from './cause-words.ts';

interface LinesCardProps {
  readonly error: ErrorEntry;
  readonly list: PagedList<RefusedLine> | undefined;
  readonly isDisabled: boolean;
  readonly formats: Formats;
  readonly now: Date;
  readonly onNeed: (code: string, place: number) => void;
  readonly onAcknowledge: (code: string) => void;
}

/** Lines of the detector that were refused for one cause; they can be looked at, and noted as seen. */
export function LinesCard({ error, list, isDisabled, formats, now, onNeed, onAcknowledge }: LinesCardProps) {
  const { t } = useTranslation();
  const title = useCauseTitle();
  const [isOpen, setOpen] = useState(false);
  const [line, setLine] = useState<RefusedLine | null>(null);
  const columns = useColumns(formats);
  const rowAt = useCallback((index: number) => list?.items[index], [list]);
  const { count } = error;
  const id = `lines-${error.code}`;
  return (
    <Card labelledBy={id} tone="attention" testId={`lines-${error.code}`}>
      <CauseHead
        id={id}
        error={error}
        formats={formats}
        now={now}
        actions={
          <Button look="main" isDisabled={isDisabled} onPress={() => onAcknowledge(error.code)}>
            {t('errorsPage.lines.acknowledge', { count })}
          </Button>
        }
      />
      {list?.items[0] && (
        <p className="engine-words">{t('errorsPage.words.own', { words: list.items[0].message })}</p>
      )}
      <div>
        <Button look="bare" aria-expanded={isOpen} onPress={() => setOpen(!isOpen)}>
          {isOpen ? t('errorsPage.lines.hide') : t('errorsPage.lines.show', { count: list?.total ?? count })}
        </Button>
      </div>
      {isOpen && list && (
        <VirtualTable
          label={t('errorsPage.group.lines', { cause: title(causeKey(error), count) })}
          columns={columns}
          total={list.total ?? 0}
          rowAt={rowAt}
          onNeed={(_first, last) => onNeed(error.code, last)}
          onOpen={setLine}
          testId="line-table"
        />
      )}
      <Dialog
        title={t('errorsPage.lines.title')}
        isOpen={line !== null}
        onClose={() => setLine(null)}
        shape="wide"
        testId="line-dialog"
      >
        {line && <LineBody line={line} formats={formats} />}
      </Dialog>
    </Card>
  );
}

function LineBody({ line, formats }: { readonly line: RefusedLine; readonly formats: Formats }) {
  const { t } = useTranslation();
  const received = readInstant(line.receivedAt ?? '');
  return (
    <>
      <p className="quiet-text">
        {[received && formats.exact(received), line.source].filter(Boolean).join(' · ')}
      </p>
      <p className="engine-words">{t('errorsPage.words.own', { words: `${line.code} · ${line.message}` })}</p>
      <CodeBlock text={line.text} label={t('errorsPage.lines.text')} />
      {line.truncated && (
        <p className="quiet-text">{t('errorsPage.lines.cut', { size: formats.bytes(line.bytes) })}</p>
      )}
    </>
  );
}

function useColumns(formats: Formats): readonly Column<RefusedLine>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      {
        id: 'received',
        header: t('errorsPage.lines.received'),
        width: 'minmax(11rem, 1fr)',
        cell: (line) => {
          const received = readInstant(line.receivedAt ?? '');
          return received === null ? '–' : formats.exact(received);
        },
      },
      {
        id: 'source',
        header: t('errorsPage.lines.source'),
        width: 'minmax(5rem, 0.5fr)',
        cell: (line) => line.source ?? '–',
      },
      {
        id: 'text',
        header: t('errorsPage.lines.text'),
        width: 'minmax(16rem, 3fr)',
        cell: (line) => <code>{line.text.slice(0, 200)}</code>,
      },
      {
        id: 'seen',
        header: '',
        width: 'minmax(4rem, 0.4fr)',
        cell: (line) => (line.acknowledged ? t('errorsPage.lines.seen') : ''),
      },
    ],
    [t, formats],
  );
}
