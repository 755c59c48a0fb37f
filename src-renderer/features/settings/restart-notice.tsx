import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useEngine } from '../../console/console-context.tsx';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { SectionFault } from './section.tsx';
import type { SettingsStore } from './store.ts';

/** What was saved counts after the engine is started anew; said until that was done. */
export function RestartNotice({ store }: { readonly store: SettingsStore }) {
  const { t } = useTranslation();
  const { config, busy, done, restartEngine } = useStore(store);
  const changedKey = useStore(store.getState().connection, (state) => state.saved?.restartNeeded ?? false);
  const detailsWait = useStore(store.getState().connection, (state) => state.details?.restartNeeded ?? false);
  const own = useEngine((view) => view.process?.own ?? true);
  const needed =
    (config?.restartNeeded ?? false) || detailsWait || (changedKey && done?.section !== 'restart');
  if (busy !== 'restart' && !needed) return null;
  return (
    <>
      <Notice
        tone="wait"
        title={t('settings.restart.title')}
        testId="restart-needed"
        actions={
          own && (
            <Button look="main" onPress={() => void restartEngine()} isPending={busy === 'restart'}>
              {busy === 'restart' ? t('settings.restart.busy') : t('settings.restart.button')}
            </Button>
          )
        }
      >
        <p>{own ? t('settings.restart.own') : t('settings.restart.foreign')}</p>
      </Notice>
      <SectionFault store={store} section="restart" />
    </>
  );
}
