import { useTranslation } from 'react-i18next';
import type { CloudDetails } from '../../../src-main/contract/cloud-shapes.ts';
import { Fact, Facts } from '../../ui/facts.tsx';
import { type Formats, readInstant } from '../../ui/formats.ts';
import { clockState } from './reach.ts';

interface ProjectFactsProps {
  readonly details: CloudDetails;
  readonly formats: Formats;
  readonly now: Date;
}

/** What a technician asks on the telephone: address, key, sign-in, clock. */
export function ProjectFacts({ details, formats, now }: ProjectFactsProps) {
  const { t } = useTranslation();
  const { key, signIn, url, kind } = details;
  return (
    <section aria-labelledby="project-facts">
      <h2 id="project-facts">{t('cloud.facts.title')}</h2>
      <Facts>
        <Fact name={t('cloud.facts.address')} testId="address">
          <span data-data="">{url ?? '–'}</span>
        </Fact>
        <Fact name={t('cloud.facts.key')} note={sourceNote(key.source)} testId="key">
          {t(`cloud.key.${key.kind}`)}
        </Fact>
        <Fact name={t('cloud.facts.signIn')} note={sourceNote(signIn.source)} testId="sign-in">
          {kind === 'local' ? (
            t('cloud.signIn.local')
          ) : (
            <SignIn details={details} formats={formats} now={now} />
          )}
        </Fact>
        <Fact name={t('cloud.facts.clock')} testId="clock">
          <Clock offsetMs={details.clockOffsetMs} kind={kind} formats={formats} />
        </Fact>
      </Facts>
    </section>
  );

  function sourceNote(source: CloudDetails['key']['source']): string | undefined {
    return source === 'none' || kind === 'local' ? undefined : t(`cloud.source.${source}`);
  }
}

function SignIn({ details, formats, now }: ProjectFactsProps) {
  const { t } = useTranslation();
  const { source, locationId, renews, readOnly, expiresAt } = details.signIn;
  if (source === 'none') return t('cloud.signIn.none');
  const expires = readInstant(expiresAt ?? '');
  const sentences = [
    locationId === null ? t('cloud.signIn.there') : t('cloud.signIn.speaksFor', { location: locationId }),
    renews === true ? t('cloud.signIn.renews') : '',
    expires ? t('cloud.signIn.expires', { time: formats.moment(expires, now) }) : '',
    readOnly === true ? t('cloud.signIn.readOnly') : '',
  ];
  return sentences
    .filter((sentence) => sentence !== '')
    .map((sentence) => <span key={sentence}>{sentence}</span>);
}

interface ClockProps {
  readonly offsetMs: number | null;
  readonly kind: CloudDetails['kind'];
  readonly formats: Formats;
}

function Clock({ offsetMs, kind, formats }: ClockProps) {
  const { t } = useTranslation();
  if (kind === 'local') return t('cloud.clock.local');
  const state = clockState(offsetMs);
  if (state === null || offsetMs === null) return t('cloud.clock.unknown');
  return t(`cloud.clock.${state}`, { difference: formats.duration(Math.abs(offsetMs)) });
}
