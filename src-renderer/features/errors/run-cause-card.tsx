import { useTranslation } from 'react-i18next';
import type { ErrorEntry } from '../../../src-main/contract/report-shapes.ts';
import { routeLink } from '../../console/route.ts';
import { Card } from '../../ui/card.tsx';
import type { Formats } from '../../ui/formats.ts';
import { CauseHead } from './cause-head.tsx';

interface RunCauseCardProps {
  readonly error: ErrorEntry;
  readonly formats: Formats;
  readonly now: Date;
}

/** A cause that stops syncs until someone mends it. */
export function RunCauseCard({ error, formats, now }: RunCauseCardProps) {
  const { t } = useTranslation();
  const id = `runs-${error.group}-${error.code}`;
  return (
    <Card labelledBy={id} tone="attention" testId={id}>
      <CauseHead
        id={id}
        error={error}
        formats={formats}
        now={now}
        actions={
          error.group !== 'storage' && (
            <a className="button quiet small" href={routeLink('cloud')}>
              {t('healthCheck.verification.link')}
            </a>
          )
        }
      />
      {error.words !== '' && <p className="engine-words">{error.words}</p>}
    </Card>
  );
}
