import { useTranslation } from 'react-i18next';
import { useEngine, useRoute } from '../console/console-context.tsx';
import { Notice } from '../ui/notice.tsx';

/** Said on every view but Home, whose verdict says it: the engine is not there. */
export function EngineNotice() {
  const { t } = useTranslation();
  const view = useRoute((route) => route.view);
  const fault = useEngine((state) => state.fault);
  const process = useEngine((state) => state.process);
  if (fault?.code !== 'unavailable' || view === 'home') return null;
  return (
    <Notice tone="attention" title={t('verdict.engineGone.title')} testId="engine-gone">
      <p>{t('verdict.engineGone.detail')}</p>
      {process?.reason && <p className="engine-words">{process.reason}</p>}
    </Notice>
  );
}
