import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { CloudDetails } from '../../../src-main/contract/cloud-shapes.ts';
import { useEngine } from '../../console/console-context.tsx';
import { Button } from '../../ui/button.tsx';
import type { Formats } from '../../ui/formats.ts';
import { CheckResult } from '../connection/check-result.tsx';
import type { CloudStore } from './store.ts';

interface CheckPanelProps {
  readonly store: CloudStore;
  readonly details: CloudDetails;
  readonly formats: Formats;
  readonly now: Date;
}

/** Whether the cloud has every table and right that records need, with the SQL where it has not. */
export function CheckPanel({ store, details, formats, now }: CheckPanelProps) {
  const { t } = useTranslation();
  const { check, busy, runCheck, copy } = useStore(store);
  const engineGone = useEngine((view) => view.fault?.code === 'unavailable');
  return (
    <section className="panel" aria-labelledby="schema-check">
      <header>
        <div>
          <h2 id="schema-check">{t('cloud.check.title')}</h2>
          <p>{t('cloud.check.lead')}</p>
        </div>
        <Button
          onPress={() => void runCheck()}
          isPending={busy === 'check'}
          isDisabled={engineGone || details.problem !== null || (busy !== null && busy !== 'check')}
        >
          {busy === 'check' ? t('connection.checking') : t('cloud.check.button')}
        </Button>
      </header>
      {check && (
        <>
          <p className="quiet-text" data-testid="checked-at">
            {t('cloud.check.at', { time: formats.moment(check.at, now) })}
          </p>
          <CheckResult check={check.value} onCopy={copy} />
        </>
      )}
    </section>
  );
}
