import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { CloudDetails, CloudIdentity } from '../../../src-main/contract/cloud-shapes.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { SwitchField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import type { CloudStore } from './store.ts';

interface SwitchPanelProps {
  readonly store: CloudStore;
  readonly details: CloudDetails;
}

/** Shown where the records belong to another cloud than the one this box is set to: nothing goes until that is decided. */
export function SwitchPanel({ store, details }: SwitchPanelProps) {
  const { t } = useTranslation();
  const { busy, switched } = useStore(store);
  const [isOpen, setOpen] = useState(false);
  const { belongTo, other } = details.marks;
  const nameOf = (identity: CloudIdentity): string =>
    identity.kind === 'local' ? t('cloud.name.localInText') : hostOf(identity.url);
  if (switched && !other) return <Switched store={store} />;
  if (!other || belongTo === null) return null;
  const values = {
    from: nameOf(belongTo),
    to: details.kind === 'local' ? t('cloud.name.localInText') : hostOf(details.url),
  };
  return (
    <>
      <Notice
        tone="attention"
        title={t('cloud.switch.title')}
        testId="other-cloud"
        actions={
          <Button
            look="main"
            onPress={() => setOpen(true)}
            isPending={busy === 'switch'}
            isDisabled={details.problem !== null}
          >
            {busy === 'switch' ? t('cloud.switch.busy') : t('cloud.switch.button')}
          </Button>
        }
      >
        <p>{t('cloud.switch.data', values)}</p>
        <p className="next">{t('cloud.switch.next')}</p>
      </Notice>
      <SwitchDialog
        fromLocal={belongTo.kind === 'local'}
        values={values}
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        onSwitch={(leaveBehind) => {
          setOpen(false);
          void store.getState().switchCloud(leaveBehind);
        }}
      />
    </>
  );
}

interface SwitchDialogProps {
  readonly fromLocal: boolean;
  readonly values: { readonly from: string; readonly to: string };
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onSwitch: (leaveBehind: boolean) => void;
}

function SwitchDialog({ fromLocal, values, isOpen, onClose, onSwitch }: SwitchDialogProps) {
  const { t } = useTranslation();
  const [bringOver, setBringOver] = useState(true);
  return (
    <Dialog
      title={t('cloud.switch.ask', values)}
      isOpen={isOpen}
      onClose={onClose}
      closeLabel={t('common.cancel')}
      testId="switch-dialog"
      actions={
        <Button look="main" onPress={() => onSwitch(fromLocal && !bringOver)}>
          {t('cloud.switch.button')}
        </Button>
      }
    >
      <p>{t('cloud.switch.held', values)}</p>
      <p>{t('cloud.switch.stays', values)}</p>
      {fromLocal && (
        <SwitchField
          label={t('cloud.switch.bringOver')}
          hint={bringOver ? t('cloud.switch.bringOverHint') : t('cloud.switch.leaveBehindHint')}
          isSelected={bringOver}
          onChange={setBringOver}
        />
      )}
    </Dialog>
  );
}

function Switched({ store }: { readonly store: CloudStore }) {
  const { t } = useTranslation();
  const { switched } = useStore(store);
  if (switched === null) return null;
  const { marked, broughtOver, leftBehind } = switched;
  return (
    <Notice
      tone="safe"
      title={t('cloud.switched.title')}
      onDismiss={() => store.setState({ switched: null })}
      testId="switched"
    >
      <p>{t('cloud.switched.marked', { count: marked })}</p>
      {broughtOver > 0 && <p>{t('cloud.switched.broughtOver', { count: broughtOver })}</p>}
      {leftBehind > 0 && <p>{t('cloud.switched.leftBehind', { count: leftBehind })}</p>}
      <p className="next">{t('cloud.switched.next')}</p>
    </Notice>
  );
}

function hostOf(url: string | null): string {
  return url === null ? '' : (URL.parse(url)?.host ?? url);
}
