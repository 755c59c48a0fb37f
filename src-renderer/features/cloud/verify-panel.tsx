import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { CloudDetails } from '../../../src-main/contract/cloud-shapes.ts';
import { useEngine } from '../../console/console-context.tsx';
import { Button } from '../../ui/button.tsx';
import { type Formats, readInstant } from '../../ui/formats.ts';
import { Disagreement } from './disagreement.tsx';
import type { CloudStore } from './store.ts';
import { totalOf } from './total-of.ts';
import { VerifyTable } from './verify-table.tsx';

interface VerifyPanelProps {
  readonly store: CloudStore;
  readonly details: CloudDetails;
  readonly formats: Formats;
  readonly now: Date;
}

/** Compares what counts as sent with what the cloud really holds, and mends what does not agree. */
export function VerifyPanel({ store, details, formats, now }: VerifyPanelProps) {
  const { t } = useTranslation();
  const { verification: found, busy, verify } = useStore(store);
  const verification = found?.value ?? null;
  const beside = verification === null ? 0 : totalOf(verification, 'extra');
  const engineGone = useEngine((view) => view.fault?.code === 'unavailable');
  const cannot = engineGone || details.problem !== null || details.marks.other;
  return (
    <section className="panel" aria-labelledby="verify">
      <header>
        <div>
          <h2 id="verify">{t(`cloud.verify.title.${details.kind}`)}</h2>
          <p>{lastWords()}</p>
        </div>
        <Button
          onPress={() => void verify()}
          isPending={busy === 'verify'}
          isDisabled={cannot || (busy !== null && busy !== 'verify')}
        >
          {busy === 'verify' ? t('cloud.verify.busy') : t('cloud.verify.button')}
        </Button>
      </header>
      <div role="status">
        {verification?.agrees && (
          <p className="agrees" data-testid="verify-result">
            {t(`cloud.verify.agrees.${details.kind}`)}
            {beside > 0 && ` ${t(`cloud.verify.beside.${details.kind}`, { count: beside })}`}
          </p>
        )}
      </div>
      {verification && !verification.agrees && (
        <Disagreement store={store} verification={verification} kind={details.kind} formats={formats} />
      )}
      {verification && <VerifyTable verification={verification} kind={details.kind} formats={formats} />}
    </section>
  );

  function lastWords(): string {
    const last = details.lastVerification;
    const at = readInstant(last?.at ?? '');
    if (!last || !at) return t('cloud.verify.never');
    const time = formats.moment(at, now);
    return last.agrees ? t('cloud.verify.lastAgreed', { time }) : t('cloud.verify.lastDiffered', { time });
  }
}
