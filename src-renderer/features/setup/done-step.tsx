import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useEngine } from '../../console/console-context.tsx';
import { Mark } from '../../ui/mark.tsx';
import { KeptSecrets } from '../connection/kept-secrets.tsx';
import type { SetupStore } from './store.ts';

/** What was set, in one look; what was left out and where it is found. */
export function DoneStep({ store }: { readonly store: SetupStore }) {
  const { t } = useTranslation();
  const { locationId, connection } = useStore(store);
  const details = useStore(connection, (state) => state.details);
  const { kind, url } = useStore(connection, (state) => state.draft);
  const status = useEngine((view) => view.status);
  const captured = (status?.streams ?? []).some(({ pending, synced }) => pending + synced > 0);
  const host = URL.parse(url)?.host ?? url;
  const needsCloud = kind === 'supabase' && details?.kind === 'supabase' && details.problem !== null;
  return (
    <>
      <ul className="summary">
        <li>
          <Mark tone="safe" small />
          <span>
            {locationId === ''
              ? t('setup.summary.anyStore')
              : t('setup.summary.store', { location: locationId })}
          </span>
        </li>
        <li>
          <Mark tone={needsCloud ? 'attention' : 'safe'} small />
          <span>
            {kind === 'supabase'
              ? t(needsCloud ? 'setup.summary.cloudLacks' : 'setup.summary.cloud', { host })
              : t('setup.summary.local')}
          </span>
        </li>
        {details?.marks.other && (
          <li>
            <Mark tone="attention" small />
            <span>{t('setup.summary.otherCloud')}</span>
          </li>
        )}
        <li>
          <Mark tone={captured ? 'safe' : 'wait'} small />
          <span>{captured ? t('setup.summary.captured') : t('setup.summary.notCaptured')}</span>
        </li>
      </ul>
      <KeptSecrets store={connection} />
    </>
  );
}
