import { useTranslation } from 'react-i18next';
import type { CloudDetails } from '../../../src-main/contract/cloud-shapes.ts';
import { routeLink } from '../../console/route.ts';
import { type Formats, readInstant } from '../../ui/formats.ts';
import { Mark } from '../../ui/mark.tsx';
import { reachOf } from './reach.ts';

interface ReachBannerProps {
  readonly details: CloudDetails;
  readonly formats: Formats;
  readonly now: Date;
}

/** One line: which cloud, whether it answers, and what that means for the records. */
export function ReachBanner({ details, formats, now }: ReachBannerProps) {
  const { t } = useTranslation();
  const { tone, sentence } = reachOf(details);
  const since = readInstant(details.since ?? '');
  const values = {
    host: details.url === null ? '' : (URL.parse(details.url)?.host ?? details.url),
    time: since ? formats.moment(since, now) : '',
  };
  const withTime = since && (sentence === 'answers' || sentence === 'silent') ? 'since' : 'plain';
  return (
    <section className="reach" data-testid="reach" data-reach={sentence}>
      <Mark tone={tone} />
      <div>
        <h2>{details.kind === 'local' ? t('cloud.name.local') : t('cloud.name.supabase', values)}</h2>
        {details.problem === null ? (
          <p>{t(`cloud.reach.${details.kind}.${sentence}.${withTime}`, values)}</p>
        ) : (
          <>
            <p>{t(`cloud.problem.${details.problem}`)}</p>
            <p>
              {t('cloud.problemMeans')}{' '}
              <a href={routeLink('settings', { section: 'connection' })}>{t('cloud.toSettings')}</a>
            </p>
            {details.problemMessage && (
              <p className="engine-words" lang="en">
                {details.problemMessage}
              </p>
            )}
          </>
        )}
        {details.restartNeeded && (
          <p>
            {t('cloud.restartNeeded')} <a href={routeLink('settings')}>{t('cloud.toSettings')}</a>
          </p>
        )}
      </div>
    </section>
  );
}
