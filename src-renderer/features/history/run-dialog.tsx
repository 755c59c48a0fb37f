import { DisclosureGroup } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { RunDetails } from '../../../src-main/contract/history-shapes.ts';
import type { QuarantinePageEntry } from '../../../src-main/contract/quarantine-shapes.ts';
import { routeLink } from '../../console/route.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Loading } from '../../ui/empty-state.tsx';
import { type Formats, readInstant } from '../../ui/formats.ts';
import { FaultNotice } from '../../ui/notice.tsx';
import { RunChip } from '../run/run-chip.tsx';
import { RunCounts } from '../run/run-counts.tsx';
import type { OpenRun } from './store.ts';
import { StreamPart } from './stream-part.tsx';

interface RunDialogProps {
  readonly open: OpenRun | null;
  readonly formats: Formats;
  readonly onClose: () => void;
}

/** A run from near: how it ended and why, its streams, and in each its batches and what it set aside. */
export function RunDialog({ open, formats, onClose }: RunDialogProps) {
  const { t } = useTranslation();
  const started = readInstant(open?.run?.startedAt ?? '');
  return (
    <Dialog
      title={
        started
          ? t('historyPage.run.title', { moment: formats.exact(started) })
          : t('historyPage.run.untitled')
      }
      isOpen={open !== null}
      onClose={onClose}
      shape="wide"
      testId="run-dialog"
    >
      {open?.fault && <FaultNotice fault={open.fault} />}
      {open && !open.run && !open.fault && <Loading label={t('common.loading')} />}
      {open?.run && <RunBody run={open.run} setAside={open.setAside?.entries ?? []} formats={formats} />}
    </Dialog>
  );
}

interface RunBodyProps {
  readonly run: RunDetails;
  readonly setAside: readonly QuarantinePageEntry[];
  readonly formats: Formats;
}

function RunBody({ run, setAside, formats }: RunBodyProps) {
  const { t } = useTranslation();
  const troubled = run.streams.filter(
    (stream) => stream.quarantined + stream.failed > 0 || stream.error !== null,
  );
  return (
    <>
      <p className="run-head">
        <RunChip run={run} />
        <span>
          {t('lastRun.kind', { mode: t(`runMode.${run.mode}`), trigger: t(`runTrigger.${run.trigger}`) })}
        </span>
      </p>
      <RunCounts run={run} formats={formats} all />
      {run.errorGroup && (
        <p data-testid="run-cause">
          {t(`errorGroup.${run.errorGroup}.what`)} {t(`errorGroup.${run.errorGroup}.next`)}{' '}
          <a href={routeLink('errors', { group: run.errorGroup })}>{t('historyPage.run.toErrors')}</a>
        </p>
      )}
      {run.error && <p className="engine-words">{run.error}</p>}
      {run.streams.length === 0 ? (
        <p className="quiet-text">{t('historyPage.run.noStreams')}</p>
      ) : (
        <section aria-labelledby="run-streams">
          <h3 id="run-streams">{t('historyPage.run.streams')}</h3>
          <DisclosureGroup
            className="stream-parts"
            allowsMultipleExpanded
            defaultExpandedKeys={troubled.length === 1 ? troubled.map((one) => one.stream) : []}
          >
            {run.streams.map((stream) => (
              <StreamPart
                key={stream.stream}
                stream={stream}
                setAside={setAside.filter((entry) => entry.stream === stream.stream)}
                formats={formats}
              />
            ))}
          </DisclosureGroup>
        </section>
      )}
    </>
  );
}
