import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fault } from '../../src-main/contract/errors.ts';
import { Button } from './button.tsx';
import { Mark } from './mark.tsx';
import type { Tone } from './tone.ts';
import './notice.css';

interface NoticeProps {
  readonly tone: Tone;
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  readonly onDismiss?: () => void;
  readonly testId?: string;
}

/** What has just come of something: stays until it is closed, read out at once where it is bad. */
export function Notice({ tone, title, children, actions, onDismiss, testId }: NoticeProps) {
  const { t } = useTranslation();
  return (
    <section className="notice" role={tone === 'attention' ? 'alert' : 'status'} data-testid={testId}>
      <Mark tone={tone} small />
      <div className="words">
        <h2>{title}</h2>
        {children}
      </div>
      <div className="notice-actions">
        {actions}
        {onDismiss && (
          <Button look="quiet" onPress={onDismiss}>
            {t('common.close')}
          </Button>
        )}
      </div>
    </section>
  );
}

interface FaultNoticeProps {
  readonly fault: Fault;
  readonly onDismiss?: () => void;
  readonly onRetry?: () => void;
  readonly testId?: string;
}

/** A fault of the engine or the desktop: what happened, what it means for the data, what to do next. */
export function FaultNotice({ fault, onDismiss, onRetry, testId }: FaultNoticeProps) {
  const { t } = useTranslation();
  return (
    <Notice
      tone="attention"
      title={t(`fault.${fault.code}.what`)}
      {...(onDismiss ? { onDismiss } : {})}
      {...(testId ? { testId } : {})}
      actions={
        onRetry && (
          <Button look="main" onPress={onRetry}>
            {t('common.tryAgain')}
          </Button>
        )
      }
    >
      <p>{t(`fault.${fault.code}.data`)}</p>
      <p className="next">{t(`fault.${fault.code}.next`)}</p>
      <p className="engine-words">{fault.message}</p>
    </Notice>
  );
}
