import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useEngine, useFormats, useRoute } from '../../console/console-context.tsx';
import { openRoute } from '../../console/route.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState, Loading } from '../../ui/empty-state.tsx';
import { FaultNotice } from '../../ui/notice.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { useNow } from '../../ui/use-now.ts';
import { CauseList } from './cause-list.tsx';
import { checksThatNeed } from './cause-words.ts';
import type { Chosen } from './chosen.ts';
import { DiscardDialog } from './discard-dialog.tsx';
import { EntryDialogs } from './entry-dialogs.tsx';
import { PassingCauses, SolvedCauses } from './other-causes.tsx';
import { OutcomeNotice } from './outcome-notice.tsx';
import type { ErrorsStore } from './store.ts';
import './errors.css';

/** Errors: what needs a person, by cause, with everything that may be done about it. */
export default function ErrorsPage({ store }: { readonly store: ErrorsStore }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useNow(60_000);
  const parameters = useRoute((route) => route.parameters);
  const engineGone = useEngine((state) => state.fault !== null);
  const view = useStore(store);
  const [asked, setAsked] = useState<Chosen | null>(null);
  useEffect(() => store.getState().follow(), [store]);
  useEffect(() => store.getState().openEntry(Number(parameters.entry) || null), [store, parameters.entry]);

  const { errors, health, openCount, busy } = view;
  const isDisabled = busy || engineGone;
  const open = (errors ?? []).filter((error) => error.needsPerson);
  const passing = (errors ?? []).filter((error) => !error.resolved && !error.needsPerson);
  const solved = (errors ?? []).filter((error) => error.resolved);
  const checks = checksThatNeed(health, open.length > 0);
  const quarantined = view.summary?.quarantined ?? 0;
  const recordCauses = open.filter((error) => error.unit === 'records');
  const title =
    view.summary === null
      ? t('navigation.errors')
      : openCount === 0
        ? t('errorsPage.title.none')
        : t('errorsPage.title.some', { count: openCount });
  const isStopped = checks.some((check) => check.name === 'capture');
  const isBlocked = open.some((error) => error.unit === 'runs');
  const lead = isStopped ? undefined : t(isBlocked ? 'errorsPage.lead.blocked' : 'errorsPage.lead.some');
  const close = (): void => openRoute('errors', withoutEntry(parameters));
  const retry = (chosen: Chosen): void => {
    close();
    void view.retry(chosen).then(focusHeading);
  };
  return (
    <div className="page errors">
      <PageHead
        title={title}
        lead={errors && openCount > 0 ? lead : undefined}
        actions={
          recordCauses.length > 1 && (
            <Button isDisabled={isDisabled} onPress={() => retry({ count: quarantined })}>
              {t('errorsPage.retryAll', { count: quarantined })}
            </Button>
          )
        }
      />
      {view.fault && view.fault.code !== 'unavailable' && (
        <FaultNotice fault={view.fault} onDismiss={view.dismiss} testId="errors-fault" />
      )}
      {view.outcome && <OutcomeNotice outcome={view.outcome} onDismiss={view.dismiss} />}
      {errors === null && !engineGone && <Loading label={t('common.loading')} />}
      {errors !== null && open.length + checks.length === 0 && (
        <EmptyState title={t('errorsPage.lead.none')} tone="safe" testId="errors-empty" />
      )}
      <CauseList
        causes={open}
        checks={checks}
        view={view}
        wanted={parameters}
        isDisabled={isDisabled}
        formats={formats}
        now={now}
        onRetry={retry}
        onDiscard={setAsked}
        onOpenEntry={(id, edit) =>
          openRoute('errors', { ...parameters, entry: String(id), ...(edit && { edit: '1' }) })
        }
      />
      <PassingCauses errors={passing} formats={formats} now={now} />
      <SolvedCauses errors={solved} formats={formats} now={now} />
      <EntryDialogs
        view={view}
        isEditing={parameters.edit === '1'}
        isDisabled={isDisabled}
        formats={formats}
        onClose={close}
        onEdit={() => openRoute('errors', { ...parameters, edit: '1' })}
        onRetry={retry}
        onDiscard={setAsked}
        onSaved={() => {
          close();
          focusHeading();
        }}
      />
      <DiscardDialog
        asked={asked}
        onKeep={() => setAsked(null)}
        onDiscard={(chosen) => {
          setAsked(null);
          close();
          void view.discard(chosen).then(focusHeading);
        }}
      />
    </div>
  );
}

/** The card of what was decided is gone; who works by keyboard goes on from the title. */
function focusHeading(): void {
  document.querySelector<HTMLElement>('main [data-view-heading]')?.focus({ preventScroll: true });
}

function withoutEntry({
  entry: _,
  edit: __,
  ...rest
}: Readonly<Record<string, string>>): Record<string, string> {
  return rest;
}
