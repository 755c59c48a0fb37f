import { useTranslation } from 'react-i18next';
import type { BridgeConnection } from '../../../src-main/contract/live-shapes.ts';
import { type Formats, readInstant } from '../../ui/formats.ts';

interface ProducersProps {
  readonly connections: readonly BridgeConnection[];
  readonly socket: string | null;
  readonly formats: Formats;
  readonly now: Date;
}

/** Who is connected to the bridge and how much each has sent. */
export function Producers({ connections, socket, formats, now }: ProducersProps) {
  const { t } = useTranslation();
  return (
    <section aria-labelledby="producers">
      <h2 id="producers">{t('capture.producers.title')}</h2>
      {connections.length === 0 ? (
        <p className="section-note">{t('capture.producers.none')}</p>
      ) : (
        <div className="table-scroll">
          <table className="plain-table">
            <thead>
              <tr>
                <th scope="col">{t('capture.producers.source')}</th>
                <th scope="col">{t('capture.producers.received')}</th>
                <th scope="col">{t('capture.producers.stored')}</th>
                <th scope="col">{t('capture.producers.known')}</th>
                <th scope="col">{t('capture.producers.refused')}</th>
                <th scope="col">{t('capture.producers.lastLine')}</th>
              </tr>
            </thead>
            <tbody>
              {connections.map((connection) => (
                <Producer key={connection.source} connection={connection} formats={formats} now={now} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {socket && <p className="section-note">{t('capture.producers.socket', { socket })}</p>}
    </section>
  );
}

interface ProducerProps {
  readonly connection: BridgeConnection;
  readonly formats: Formats;
  readonly now: Date;
}

function Producer({ connection, formats, now }: ProducerProps) {
  const { source, received, committed, duplicates, refused, lastLineAt } = connection;
  const last = readInstant(lastLineAt ?? '');
  return (
    <tr>
      <th scope="row">{source}</th>
      <td>{formats.number(received)}</td>
      <td>{formats.number(committed)}</td>
      <td>{formats.number(duplicates)}</td>
      <td className={refused > 0 ? 'bad' : ''}>{formats.number(refused)}</td>
      <td>{last ? formats.ago(now.getTime() - last.getTime()) : '–'}</td>
    </tr>
  );
}
