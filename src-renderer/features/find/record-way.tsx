import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { FoundRecord } from '../../../src-main/contract/find-shapes.ts';
import { useEngine } from '../../console/console-context.tsx';
import { routeLink } from '../../console/route.ts';
import { CodeBlock } from '../../ui/code-block.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { type Formats, readInstant } from '../../ui/formats.ts';
import { StateChip } from '../capture/state-chip.tsx';
import { RefusalWords } from '../errors/refusal-words.tsx';
import { reasonOf, type Step, stepsOf } from './record-words.ts';

interface RecordWayProps {
  readonly record: FoundRecord;
  readonly formats: Formats;
  readonly onClose: () => void;
}

/** One record's whole way: seen, stored here, sent, arrived; or why it waits. */
export function RecordWay({ record, formats, onClose }: RecordWayProps) {
  const { t } = useTranslation();
  const kind = useEngine((view) => view.status?.cloud.kind ?? 'local');
  const steps = stepsOf(record);
  const held = record.localId !== null;
  const { cameraId: camera, tableId: table } = record;
  const title =
    table === null ? t('find.way.titleDivision', { camera }) : t('find.way.titleTable', { camera, table });
  return (
    <Dialog title={title} isOpen onClose={onClose} shape="wide" testId="way">
      <p className="way-head">
        <StateChip state={record.state} />
        <span className="quiet-text">{record.sessionId}</span>
      </p>
      <p className="way-why" data-testid="why">
        <Why record={record} formats={formats} />
      </p>
      {record.whyCode === 'set_aside' && (
        <RefusalWords
          code={String(record.whyValues.code ?? '')}
          message={String(record.whyValues.message ?? '')}
          reason={reasonOf(record)}
        />
      )}
      <ol className="way">
        <WayStep step="done" title={t('find.way.seen')} time={exact(record.timestampRecorded, formats)}>
          {record.frameNumber !== null && t('find.way.frame', { frame: formats.number(record.frameNumber) })}
        </WayStep>
        <WayStep
          step={record.capturedAt ? 'done' : 'unknown'}
          title={t('find.way.stored')}
          time={exact(record.capturedAt, formats)}
        >
          {held ? t('find.way.localId', { id: record.localId }) : t('find.way.notHeld')}
        </WayStep>
        <WayStep step={steps.sent} title={t('find.way.sent')} time={null}>
          {record.runId !== null && (
            <a href={routeLink('history', { run: String(record.runId) })} onClick={onClose}>
              {t('find.way.run', { run: record.runId })}
            </a>
          )}
          {record.quarantineId !== null && (
            <a href={routeLink('errors', { entry: String(record.quarantineId) })} onClick={onClose}>
              {t('find.way.entry')}
            </a>
          )}
        </WayStep>
        <WayStep step={steps.arrived} title={t(`find.way.arrived.${kind}`)} time={null}>
          {t(`find.cloud.${kind}.${record.cloud}`)}
        </WayStep>
      </ol>
      {record.cloudRow && (
        <CodeBlock label={t(`find.way.row.${kind}`)} text={JSON.stringify(record.cloudRow, null, 2)} />
      )}
    </Dialog>
  );
}

function Why({ record, formats }: { readonly record: FoundRecord; readonly formats: Formats }) {
  const { t } = useTranslation();
  const kind = useEngine((view) => view.status?.cloud.kind ?? 'local');
  const since = readInstant(String(record.whyValues.since ?? ''));
  return (
    <>
      {t(`find.why.${record.whyCode}`, {
        place: t(`find.place.${kind}`),
        since: since ? formats.exact(since) : '',
        days: formats.number(Number(record.whyValues.days ?? 90)),
      })}
    </>
  );
}

interface WayStepProps {
  readonly step: Step;
  readonly title: string;
  readonly time: string | null;
  readonly children: ReactNode;
}

function WayStep({ step, title, time, children }: WayStepProps) {
  const { t } = useTranslation();
  return (
    <li className={`way-step ${step}`}>
      <h3>{title}</h3>
      <p className="numbers">{time ?? t(`find.step.${step}`)}</p>
      <p className="quiet-text">{children}</p>
    </li>
  );
}

function exact(text: string | null, formats: Formats): string | null {
  const at = readInstant(text ?? '');
  return at ? formats.exact(at) : text;
}
