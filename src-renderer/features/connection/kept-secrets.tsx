import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import type { ConnectionStore } from './store.ts';

/** Shown where records stay on this box, and a key or a sign-in for a project still lies here. */
export function KeptSecrets({ store }: { readonly store: ConnectionStore }) {
  const { t } = useTranslation();
  const { draft, details, touched, removed, removeKept } = useStore(store);
  // Before the choice is saved they may be what this box sends with.
  if (details === null || draft.kind !== 'local' || touched) return null;
  if (removed)
    return (
      <p role="status" className="quiet-text" data-testid="kept-removed">
        {t('connection.unused.removed')}
      </p>
    );
  if (!details.kept.key && !details.kept.signIn) return null;
  return (
    <Notice
      tone="wait"
      title={t('connection.unused.title')}
      testId="kept-secrets"
      actions={<Button onPress={() => void removeKept()}>{t('connection.unused.remove')}</Button>}
    >
      <p>{t('connection.unused.detail')}</p>
      <p>{t(`connection.storage.${details.secretStorage}`)}</p>
    </Notice>
  );
}
