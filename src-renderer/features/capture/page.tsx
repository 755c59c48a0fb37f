import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { LiveCapture } from '../../../src-main/contract/live-shapes.ts';
import { useFormats } from '../../console/console-context.tsx';
import { Counts } from '../../ui/counts.tsx';
import { EmptyState, Loading } from '../../ui/empty-state.tsx';
import { Figure, Figures } from '../../ui/figures.tsx';
import type { Formats } from '../../ui/formats.ts';
import { FaultNotice, Notice } from '../../ui/notice.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { useNow } from '../../ui/use-now.ts';
import { CameraView } from './camera-view.tsx';
import { Producers } from './producers.tsx';
import type { CaptureStore } from './store.ts';
import './capture.css';

/** Capture: what every camera sees now, who sends it, and how it is stored. */
export default function CapturePage({ store }: { readonly store: CaptureStore }) {
  const { t } = useTranslation();
  const { live, fault } = useStore(store);
  const formats = useFormats();
  const now = useNow(1000);
  useEffect(() => store.getState().follow(), [store]);
  return (
    <div className="page" data-testid="capture">
      <PageHead title={t('navigation.capture')} lead={live && <Lead live={live} formats={formats} />} />
      {fault && fault.code !== 'unavailable' && <FaultNotice fault={fault} />}
      {live === null ? (
        <Loading label={t('common.loading')} />
      ) : (
        <>
          {live.capture.state === 'stopped' && (
            <Notice tone="attention" title={t('verdict.captureStopped.title')} testId="capture-stopped">
              <p>{t('verdict.captureStopped.detail')}</p>
              <p className="engine-words">{live.capture.reason}</p>
            </Notice>
          )}
          <LiveFigures live={live} formats={formats} />
          <Cameras live={live} formats={formats} now={now} />
          <Producers
            connections={live.connections}
            socket={live.capture.socket}
            formats={formats}
            now={now}
          />
          <Writer live={live} formats={formats} />
        </>
      )}
    </div>
  );
}

function Lead({ live, formats }: { readonly live: LiveCapture; readonly formats: Formats }) {
  const { t } = useTranslation();
  if (live.capture.state === 'stopped') return t('capture.lead.stopped');
  if (live.recordsPerSecond > 0)
    return t('capture.lead.arriving', { rate: formats.decimal(live.recordsPerSecond) });
  return t(live.connections.length > 0 ? 'capture.lead.quiet' : 'capture.lead.nobody');
}

function LiveFigures({ live, formats }: { readonly live: LiveCapture; readonly formats: Formats }) {
  const { t } = useTranslation();
  return (
    <Figures>
      <Figure name={t('capture.today')} value={formats.number(live.capturedToday)} testId="captured-today" />
      <Figure
        name={t('capture.arriving')}
        value={formats.decimal(live.recordsPerSecond)}
        note={t('capture.perSecond')}
        testId="rate"
      />
      <Figure
        name={t('capture.connected')}
        value={formats.number(live.connections.length)}
        testId="connected"
      />
      <Room days={live.daysOfRoom} formats={formats} />
    </Figures>
  );
}

function Room({ days, formats }: { readonly days: number | null; readonly formats: Formats }) {
  const { t } = useTranslation();
  if (days !== null && days > 365)
    return <Figure name={t('capture.room')} value={t('capture.roomLong')} testId="room" />;
  return (
    <Figure
      name={t('capture.room')}
      value={days === null ? '–' : formats.number(days)}
      note={days === null ? undefined : t('capture.days')}
      testId="room"
    />
  );
}

interface CamerasProps {
  readonly live: LiveCapture;
  readonly formats: Formats;
  readonly now: Date;
}

function Cameras({ live, formats, now }: CamerasProps) {
  const { t } = useTranslation();
  if (live.cameras.length === 0)
    return <EmptyState title={t('capture.empty.title')}>{t('capture.empty.detail')}</EmptyState>;
  return (
    <section aria-labelledby="cameras">
      <h2 id="cameras">{t('capture.cameras')}</h2>
      <div className="cameras">
        {live.cameras.map((camera) => (
          <CameraView key={camera.cameraId} camera={camera} formats={formats} now={now} />
        ))}
      </div>
    </section>
  );
}

function Writer({ live, formats }: { readonly live: LiveCapture; readonly formats: Formats }) {
  const { t } = useTranslation();
  const { capture } = live;
  const figures = [
    ['divisions', capture.total_division_inserts],
    ['tables', capture.total_table_inserts],
    ['waiting', capture.pending_division + capture.pending_table],
    ['commits', capture.total_commits],
    ['refused', capture.refused],
  ] as const;
  return (
    <section aria-labelledby="writer">
      <h2 id="writer">{t('capture.writer.title')}</h2>
      <p className="section-note">{t('capture.writer.note')}</p>
      <Counts
        counts={[
          ...figures.map(([name, count]) => ({
            name: t(`capture.writer.${name}`),
            value: formats.number(count),
            testId: `writer-${name}`,
          })),
          { name: t('capture.writer.perCommit'), value: formats.decimal(capture.avg_batch_size) },
        ]}
      />
    </section>
  );
}
