import type { TFunction } from 'i18next';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { FoundRecord, FoundRecords } from '../../../src-main/contract/find-shapes.ts';
import { useEngine, useFormats, useRoute } from '../../console/console-context.tsx';
import { Chip } from '../../ui/chip.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { type Formats, readInstant } from '../../ui/formats.ts';
import { FaultNotice } from '../../ui/notice.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { type Column, VirtualTable } from '../../ui/virtual-table.tsx';
import { StateChip } from '../capture/state-chip.tsx';
import { FindForm } from './find-form.tsx';
import { isAsked, questionOf } from './question.ts';
import { RecordWay } from './record-way.tsx';
import { recordTones } from './record-words.ts';
import type { FindStore } from './store.ts';
import './find.css';

/** Find: a record by camera, table, session or time, with its whole way. */
export default function FindPage({ store }: { readonly store: FindStore }) {
  const { t } = useTranslation();
  const { question, found, searching, fault, cameras, ask, search } = useStore(store);
  const parameters = useRoute((route) => route.parameters);
  const formats = useFormats();
  const [open, setOpen] = useState<FoundRecord | null>(null);
  useEffect(() => void store.getState().readCameras(), [store]);
  useEffect(() => {
    const asked = questionOf(parameters);
    if (!isAsked(asked)) return;
    void store.getState().askAnew(asked);
  }, [store, parameters]);
  return (
    <div className="page" data-testid="find">
      <PageHead title={t('navigation.find')} lead={t('find.lead')} />
      <FindForm
        question={question}
        cameras={cameras}
        searching={searching}
        onChange={ask}
        onSearch={() => void search()}
      />
      {fault ? (
        <FaultNotice fault={fault} onRetry={() => void search()} />
      ) : (
        found && <Found found={found} formats={formats} onOpen={setOpen} />
      )}
      {open && <RecordWay record={open} formats={formats} onClose={() => setOpen(null)} />}
    </div>
  );
}

interface FoundProps {
  readonly found: FoundRecords;
  readonly formats: Formats;
  readonly onOpen: (record: FoundRecord) => void;
}

function Found({ found, formats, onOpen }: FoundProps) {
  const { t } = useTranslation();
  const kind = useEngine((view) => view.status?.cloud.kind ?? 'local');
  const { records, more, cloudUnknown } = found;
  if (records.length === 0)
    return <EmptyState title={t('find.nothing.title')}>{t('find.nothing.detail')}</EmptyState>;
  return (
    <section aria-labelledby="found">
      <h2 id="found" aria-live="polite">
        {t(more ? 'find.newest' : 'find.found', { count: records.length })}
      </h2>
      {cloudUnknown !== null && <p className="section-note">{t(`find.cloudUnknown.${kind}`)}</p>}
      <VirtualTable
        label={t('find.results')}
        columns={columnsOf(formats, t)}
        total={records.length}
        rowAt={(index) => records[index]}
        onOpen={onOpen}
        testId="found"
      />
    </section>
  );
}

function columnsOf(formats: Formats, t: TFunction): readonly Column<FoundRecord>[] {
  return [
    {
      id: 'time',
      header: t('find.columns.time'),
      width: 'minmax(190px, 1.3fr)',
      cell: (row) => timeOf(row, formats),
    },
    { id: 'camera', header: t('find.camera'), width: 'minmax(110px, 1fr)', cell: (row) => row.cameraId },
    {
      id: 'table',
      header: t('find.table'),
      width: 'minmax(80px, 0.6fr)',
      cell: (row) => row.tableId ?? t('find.division'),
    },
    {
      id: 'state',
      header: t('find.columns.state'),
      width: 'minmax(150px, 1fr)',
      cell: (row) => <StateChip state={row.state} />,
    },
    {
      id: 'where',
      header: t('find.columns.where'),
      width: 'minmax(140px, 1fr)',
      cell: (row) => <Chip tone={recordTones[row.status]}>{t(`find.status.${row.status}`)}</Chip>,
    },
  ];
}

function timeOf(record: FoundRecord, formats: Formats): string {
  const at = readInstant(record.timestampRecorded ?? '');
  return at ? formats.exact(at) : (record.timestampRecorded ?? '–');
}
