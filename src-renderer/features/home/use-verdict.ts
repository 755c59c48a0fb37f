import { useTranslation } from 'react-i18next';
import type { Fault } from '../../../src-main/contract/errors.ts';
import type { Status } from '../../../src-main/contract/status-shapes.ts';
import { type Formats, readInstant } from '../../ui/formats.ts';
import type { Tone } from '../../ui/tone.ts';
import { chooseNext, chooseVerdict, isCalm, type RunInSight, type VerdictKey, viewOf } from './verdict.ts';

/** The verdict in the page's language, and what it calls for. */
export interface ShownVerdict {
  readonly key: VerdictKey;
  readonly tone: Tone;
  readonly title: string;
  readonly detail: string;
  /** the engine's own words, where the texts cannot say it all */
  readonly message: string | null;
  /** where something can be done about it */
  readonly view: ReturnType<typeof viewOf>;
  /** nobody need press the button */
  readonly calm: boolean;
}

export function useVerdict(
  status: Status | null,
  engineFault: Fault | null,
  run: RunInSight,
  formats: Formats,
  now: Date,
): ShownVerdict {
  const { t } = useTranslation();
  const { key, tone, count, message } = chooseVerdict(status, engineFault, run);
  const next = chooseNext(key, Boolean(status?.nextRunAt));
  const since = readInstant(status?.cloud.since ?? '');
  const silent = (key === 'offlineCloud' || key === 'offlineBox') && since !== null;
  return {
    ...{ key, tone, message, view: viewOf(key), calm: isCalm(key, next) },
    title: silent
      ? t(`verdict.${key}.titleSince`, { count, time: formats.moment(since, now) })
      : t(`verdict.${key}.title`, { count }),
    detail: formats.sentences(t(`verdict.${key}.detail`), next && t(`next.${next}`)),
  };
}
