import { type FormEvent, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Button } from '../../ui/button.tsx';
import { FaultNotice } from '../../ui/notice.tsx';
import { CloudStep } from './cloud-step.tsx';
import { DetectorStep } from './detector-step.tsx';
import { DoneStep } from './done-step.tsx';
import { LanguageStep } from './language-step.tsx';
import { type SetupStore, setupSteps } from './store.ts';
import { StoreStep } from './store-step.tsx';
import './setup.css';

interface SetupPageProps {
  readonly store: SetupStore;
  /** it was ended or skipped */
  readonly onDone: () => void;
}

/** The guided set-up of a box; each step can be skipped, and all of it found again in the settings. */
export default function SetupPage({ store, onDone }: SetupPageProps) {
  const { t } = useTranslation();
  const { step, busy, fault, checkedWith, next, back, skip } = useStore(store);
  // What was changed since has not been checked.
  const touched = useStore(store.getState().connection, (state) => state.touched);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => store.getState().follow(), [store]);
  useEffect(() => {
    window.scrollTo({ top: 0 });
    if (step) heading.current?.focus({ preventScroll: true });
  }, [step]);
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (step === 'done') onDone();
    else void next();
  };
  const isFirst = step === setupSteps[0];
  const isLast = step === 'done';
  return (
    <main className="setup" data-testid="setup" data-step={step}>
      <header>
        <p className="product">Backhaul</p>
        <ol className="setup-steps" aria-label={t('setup.steps')}>
          {setupSteps.map((name) => (
            <li key={name} {...(name === step ? { 'aria-current': 'step' as const } : {})}>
              {t(`setup.${name}.short`)}
            </li>
          ))}
        </ol>
      </header>
      <form onSubmit={onSubmit} noValidate>
        <div className="setup-heading">
          <p className="quiet-text">
            {t('setup.progress', { number: setupSteps.indexOf(step) + 1, all: setupSteps.length })}
          </p>
          <h1 ref={heading} tabIndex={-1}>
            {t(`setup.${step}.title`)}
          </h1>
          <p className="lead">{t(`setup.${step}.lead`)}</p>
        </div>
        <div className="setup-body">
          {step === 'language' && <LanguageStep />}
          {step === 'store' && <StoreStep store={store} />}
          {step === 'cloud' && <CloudStep store={store} />}
          {step === 'detector' && <DetectorStep store={store} />}
          {step === 'done' && <DoneStep store={store} />}
          {fault && <FaultNotice fault={fault} testId="setup-fault" />}
        </div>
        <div className="setup-actions">
          {!isFirst && (
            <Button onPress={back} isDisabled={busy !== null}>
              {t('setup.back')}
            </Button>
          )}
          <span className="space" />
          {!isFirst && !isLast && (
            <Button look="bare" onPress={skip} isDisabled={busy !== null}>
              {t('setup.skipStep')}
            </Button>
          )}
          <Button type="submit" look="main" isPending={busy !== null}>
            {busy !== null
              ? t(`setup.busy.${busy}`)
              : isLast
                ? t('setup.open')
                : checkedWith === 'lacking' && !touched
                  ? t('setup.nextAnyway')
                  : t('setup.next')}
          </Button>
        </div>
      </form>
      {!isLast && (
        <footer>
          <Button look="bare" onPress={onDone}>
            {t('setup.skipAll')}
          </Button>
          <p className="quiet-text">{t('setup.foundAgain')}</p>
        </footer>
      )}
    </main>
  );
}
