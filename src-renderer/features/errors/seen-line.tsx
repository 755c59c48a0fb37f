import { useTranslation } from 'react-i18next';
import type { ErrorEntry } from '../../../src-main/contract/report-shapes.ts';
import { type Formats, readInstant } from '../../ui/formats.ts';

interface SeenLineProps {
  readonly error: ErrorEntry;
  readonly formats: Formats;
  readonly now: Date;
}

/** When a cause was seen first and last, and in which kinds of records. */
export function SeenLine({ error, formats, now }: SeenLineProps) {
  const { t, i18n } = useTranslation();
  const first = readInstant(error.firstSeen ?? '');
  const last = readInstant(error.lastSeen ?? '');
  const streams = error.streams.map((stream) => {
    const name = `streams.${stream}`;
    return i18n.exists(name) ? t(name as 'streams.sessions') : stream;
  });
  const times =
    first === null || last === null
      ? []
      : first.getTime() === last.getTime()
        ? [t('errorsPage.group.once', { first: formats.moment(first, now) })]
        : [
            t('errorsPage.group.seen', {
              first: formats.moment(first, now),
              last: formats.moment(last, now),
            }),
          ];
  const failures = error.unit === 'runs' ? [t('errorsPage.group.runs', { count: error.count })] : [];
  return <p className="quiet-text">{[...failures, ...times, ...streams].join(' · ')}</p>;
}
