import { useTranslation } from 'react-i18next';
import type { ErrorEntry } from '../../../src-main/contract/report-shapes.ts';
import { type Formats, readInstant } from '../../ui/formats.ts';
import { useCauseTitle } from './cause-head.tsx';
import { causeKey } from './cause-words.ts';
import { SeenLine } from './seen-line.tsx';
import { solvedDays } from './store.ts';

interface OtherCausesProps {
  readonly errors: readonly ErrorEntry[];
  readonly formats: Formats;
  readonly now: Date;
}

/** Causes that go away by themselves. */
export function PassingCauses({ errors, formats, now }: OtherCausesProps) {
  const { t } = useTranslation();
  const title = useCauseTitle();
  if (errors.length === 0) return null;
  return (
    <section className="quiet-causes" aria-labelledby="passing" data-testid="passing">
      <h2 id="passing">{t('errorsPage.passing.title')}</h2>
      <ul>
        {errors.map((error) => {
          const key = causeKey(error);
          return (
            <li key={`${error.group} ${error.code}`}>
              <h3>{title(key, error.count)}</h3>
              <p>{t(`${key}.means` as 'runCause.network.means')}</p>
              <p>{t(`${key}.next` as 'runCause.network.next')}</p>
              <SeenLine error={error} formats={formats} now={now} />
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** What was solved lately, in quiet lines. */
export function SolvedCauses({ errors, formats, now }: OtherCausesProps) {
  const { t } = useTranslation();
  const title = useCauseTitle();
  if (errors.length === 0) return null;
  return (
    <section className="quiet-causes" aria-labelledby="solved" data-testid="solved">
      <h2 id="solved">{t('errorsPage.solved.title', { count: solvedDays })}</h2>
      <ul>
        {errors.map((error) => {
          const last = readInstant(error.lastSeen ?? '');
          return (
            <li key={`${error.unit} ${error.group} ${error.code}`} className="quiet-text">
              {t('errorsPage.solved.line', {
                cause: title(causeKey(error), error.count),
                times: t(`errorsPage.times.${error.unit}`, { count: error.count }),
                last: last === null ? '–' : formats.moment(last, now),
              })}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
