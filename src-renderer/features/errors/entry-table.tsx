import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { QuarantinePageEntry } from '../../../src-main/contract/quarantine-shapes.ts';
import type { PagedList } from '../../console/paged-list.ts';
import { type Formats, readInstant } from '../../ui/formats.ts';
import { type Column, VirtualTable } from '../../ui/virtual-table.tsx';
import { refusedPart } from './payload.tsx';

interface EntryTableProps {
  readonly label: string;
  readonly list: PagedList<QuarantinePageEntry>;
  readonly formats: Formats;
  readonly now: Date;
  readonly onNeed: (first: number, last: number) => void;
  readonly onOpen: (id: number) => void;
}

/** All records of a cause, the newest first; a row opens its record. */
export function EntryTable({ label, list, formats, now, onNeed, onOpen }: EntryTableProps) {
  const columns = useColumns(formats, now);
  const rowAt = useCallback((index: number) => list.items[index], [list]);
  return (
    <VirtualTable
      label={label}
      columns={columns}
      total={list.total ?? 0}
      rowAt={rowAt}
      onNeed={onNeed}
      onOpen={(entry) => onOpen(entry.id)}
      testId="entry-table"
    />
  );
}

function useColumns(formats: Formats, now: Date): readonly Column<QuarantinePageEntry>[] {
  const { t, i18n } = useTranslation();
  const today = formats.dayOf(now);
  return useMemo(() => {
    const noon = new Date(`${today}T12:00:00Z`);
    const streamName = (stream: string): string => {
      const name = `streams.${stream}`;
      return i18n.exists(name) ? t(name as 'streams.sessions') : stream;
    };
    const firstSeen = (entry: QuarantinePageEntry): string => {
      const seen = readInstant(entry.firstSeen ?? '');
      return seen === null ? '–' : formats.moment(seen, noon);
    };
    return [
      {
        id: 'stream',
        header: t('errorsPage.table.stream'),
        width: 'minmax(7rem, 0.8fr)',
        cell: (entry) => streamName(entry.stream),
      },
      {
        id: 'record',
        header: t('errorsPage.table.record'),
        width: 'minmax(14rem, 2fr)',
        cell: (entry) => entry.recordKey,
      },
      {
        id: 'value',
        header: t('errorsPage.table.value'),
        width: 'minmax(9rem, 1.2fr)',
        cell: (entry) => refusedPart(entry),
      },
      {
        id: 'firstSeen',
        header: t('errorsPage.table.firstSeen'),
        width: 'minmax(7rem, 0.8fr)',
        align: 'end',
        cell: firstSeen,
      },
      {
        id: 'tries',
        header: t('errorsPage.table.tries'),
        width: 'minmax(4rem, 0.4fr)',
        align: 'end',
        cell: (entry) => formats.number(entry.attempts),
      },
    ];
  }, [t, i18n, formats, today]);
}
