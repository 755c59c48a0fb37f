import { useTranslation } from 'react-i18next';
import { streamNames } from '../../../src-main/contract/run-shapes.ts';
import type { Verification } from '../../../src-main/contract/verify-shapes.ts';
import { Chip } from '../../ui/chip.tsx';
import type { Formats } from '../../ui/formats.ts';
import { ofSessions } from './total-of.ts';

interface VerifyTableProps {
  readonly verification: Verification;
  readonly kind: 'local' | 'supabase';
  readonly formats: Formats;
}

/** The comparison, stream by stream. */
export function VerifyTable({ verification, kind, formats }: VerifyTableProps) {
  const { t } = useTranslation();
  return (
    <table className="plain-table compare" data-testid="verify-table">
      <caption className="visually-hidden">{t(`cloud.verify.title.${kind}`)}</caption>
      <thead>
        <tr>
          <th scope="col">{t('cloud.verify.kindOf')}</th>
          <th scope="col">{t('cloud.verify.here')}</th>
          <th scope="col">{t(`cloud.verify.there.${kind}`)}</th>
          <th scope="col">{t('cloud.verify.result')}</th>
        </tr>
      </thead>
      <tbody>
        {verification.streams.map(({ stream, local, cloud, agrees, sessions }) => {
          const name = streamNames.find((one) => one === stream);
          return (
            <tr key={stream} data-stream={stream}>
              <th scope="row">{name ? t(`streams.${name}`) : stream}</th>
              <td>{formats.number(local)}</td>
              <td>{formats.number(cloud)}</td>
              <td>
                <Chip tone={agrees ? 'safe' : 'attention'}>
                  {agrees ? t('cloud.verify.same') : t('cloud.verify.differs')}
                </Chip>
                {ofSessions(sessions, 'extra') > 0 && (
                  <span className="quiet-text">
                    {' '}
                    {t('cloud.verify.more', { count: ofSessions(sessions, 'extra') })}
                  </span>
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
