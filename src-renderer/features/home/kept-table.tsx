import { useTranslation } from 'react-i18next';
import type { Status, StreamStatus } from '../../../src-main/contract/status-shapes.ts';
import { type Formats, readInstant } from '../../ui/formats.ts';

interface KeptTableProps {
  readonly status: Status;
  readonly formats: Formats;
  readonly now: Date;
}

/** Per stream: what waits, what has arrived, what was set aside, and how old the oldest is. */
export function KeptTable({ status, formats, now }: KeptTableProps) {
  const { t } = useTranslation();
  const showSetAside = status.streams.some((stream) => stream.quarantined > 0);
  return (
    <section aria-labelledby="kept">
      <h2 id="kept">{t('kept.title')}</h2>
      <table className="plain-table kept">
        <thead>
          <tr>
            <th scope="col">{t('kept.kind')}</th>
            <th scope="col">{t('kept.waiting')}</th>
            <th scope="col">{t(`kept.arrived.${status.cloud.kind}`)}</th>
            {showSetAside && <th scope="col">{t('kept.setAside')}</th>}
            <th scope="col">{t('kept.oldest')}</th>
          </tr>
        </thead>
        <tbody>
          {status.streams.map((stream) => (
            <StreamRow
              key={stream.stream}
              stream={stream}
              showSetAside={showSetAside}
              formats={formats}
              now={now}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface StreamRowProps {
  readonly stream: StreamStatus;
  readonly showSetAside: boolean;
  readonly formats: Formats;
  readonly now: Date;
}

function StreamRow({ stream, showSetAside, formats, now }: StreamRowProps) {
  const { t, i18n } = useTranslation();
  const name = `streams.${stream.stream}`;
  const oldest = readInstant(stream.oldestPendingAt ?? '');
  return (
    <tr data-stream={stream.stream}>
      <th scope="row">{i18n.exists(name) ? t(name as 'streams.sessions') : stream.stream}</th>
      <td className={stream.pending > 0 ? 'some' : ''} data-count="pending">
        {formats.number(stream.pending)}
      </td>
      <td data-count="synced">{formats.number(stream.synced)}</td>
      {showSetAside && (
        <td className={stream.quarantined > 0 ? 'set-aside' : ''} data-count="quarantined">
          {formats.number(stream.quarantined)}
        </td>
      )}
      <td>{oldest ? formats.age(now.getTime() - oldest.getTime()) : '–'}</td>
    </tr>
  );
}
