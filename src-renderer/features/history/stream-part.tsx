import { Button as AriaButton, Disclosure, DisclosurePanel, Heading } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { BatchResult, StreamDetails } from '../../../src-main/contract/history-shapes.ts';
import type { QuarantinePageEntry } from '../../../src-main/contract/quarantine-shapes.ts';
import { routeLink } from '../../console/route.ts';
import { Chip } from '../../ui/chip.tsx';
import type { Formats } from '../../ui/formats.ts';
import { ScrollRegion } from '../../ui/scroll-region.tsx';
import { runTones } from '../run/run-status.ts';

interface StreamPartProps {
  readonly stream: StreamDetails;
  readonly setAside: readonly QuarantinePageEntry[];
  readonly formats: Formats;
}

/** Records named one by one; the rest is counted. */
const namedRecords = 20;

/** One stream of a run in one line; opened, its batches and the records it set aside. */
export function StreamPart({ stream, setAside, formats }: StreamPartProps) {
  const { t, i18n } = useTranslation();
  const name = `streams.${stream.stream}`;
  const label = i18n.exists(name) ? t(name as 'streams.sessions') : stream.stream;
  const counts = t('historyPage.stream.figures', {
    sent: formats.number(stream.sent + stream.duplicates),
    planned: formats.number(stream.planned),
  });
  const figures = stream.durationMs === null ? counts : `${counts} · ${formats.duration(stream.durationMs)}`;
  return (
    <Disclosure id={stream.stream} className="stream-part" data-stream={stream.stream}>
      <Heading level={4} className="stream-head">
        <AriaButton slot="trigger" className="stream-trigger">
          <span className="stream-sign" aria-hidden="true" />
          <span className="stream-name">{label}</span>
          <Chip tone={runTones[stream.status]}>{t(`runStatus.${stream.status}`)}</Chip>
          <span className="stream-figures numbers">
            {stream.planned === 0 ? t('historyPage.stream.nothing') : figures}
          </span>
        </AriaButton>
      </Heading>
      <DisclosurePanel className="stream-panel">
        {stream.error && <p className="engine-words">{stream.error}</p>}
        {setAside.length > 0 && <SetAside entries={setAside} label={label} />}
        <Batches stream={stream} label={label} formats={formats} />
      </DisclosurePanel>
    </Disclosure>
  );
}

function SetAside({
  entries,
  label,
}: {
  readonly entries: readonly QuarantinePageEntry[];
  readonly label: string;
}) {
  const { t } = useTranslation();
  const more = entries.length - namedRecords;
  return (
    <>
      <h5>{t('historyPage.stream.setAside', { count: entries.length })}</h5>
      <ul className="set-aside-list" aria-label={label}>
        {entries.slice(0, namedRecords).map((entry) => (
          <li key={entry.id}>
            {entry.resolution === 'open' ? (
              <a href={routeLink('errors', { code: entry.code, entry: String(entry.id) })}>
                {entry.recordKey}
              </a>
            ) : (
              <span>{entry.recordKey}</span>
            )}
            <span className="quiet-text">{t(`historyPage.resolution.${entry.resolution}`)}</span>
          </li>
        ))}
      </ul>
      {more > 0 && <p className="quiet-text">{t('historyPage.stream.more', { count: more })}</p>}
    </>
  );
}

function Batches({ stream, label, formats }: Omit<StreamPartProps, 'setAside'> & { readonly label: string }) {
  const { t } = useTranslation();
  if (stream.batches.length === 0) {
    const why = stream.planned === 0 ? 'noBatches' : 'notRecorded';
    return <p className="quiet-text">{t(`historyPage.stream.${why}`)}</p>;
  }
  const left = stream.batchCount - stream.batches.length;
  const heads = [
    'begun',
    'records',
    'outcome',
    'sent',
    'duplicates',
    'refused',
    'failed',
    'tries',
    'took',
  ] as const;
  return (
    <>
      <h5>{t('historyPage.stream.batches', { count: stream.batchCount })}</h5>
      <ScrollRegion className="batch-table" label={t('historyPage.batch.label', { stream: label })}>
        <table>
          <thead>
            <tr>
              {heads.map((head) => (
                <th key={head} scope="col">
                  {t(`historyPage.batch.${head}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {stream.batches.map((batch, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: batches have no name and never move
              <BatchRow key={index} batch={batch} formats={formats} />
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      {left > 0 && <p className="quiet-text">{t('historyPage.stream.batchesLeft', { count: left })}</p>}
    </>
  );
}

function BatchRow({ batch, formats }: { readonly batch: BatchResult; readonly formats: Formats }) {
  const { t } = useTranslation();
  const counts = ['sent', 'duplicates', 'refused', 'failed'] as const;
  return (
    <>
      <tr>
        <td>{t('historyPage.batch.after', { time: formats.duration(batch.begunMs) })}</td>
        <td>{formats.number(batch.records)}</td>
        <td>{t(`historyPage.outcome.${batch.outcome}`)}</td>
        {counts.map((name) => (
          <td key={name}>{formats.number(batch[name])}</td>
        ))}
        <td>{formats.number(batch.tries)}</td>
        <td>{formats.duration(batch.durationMs)}</td>
      </tr>
      {batch.error && (
        <tr className="batch-error">
          <td colSpan={9} className="engine-words">
            {batch.error}
          </td>
        </tr>
      )}
    </>
  );
}
