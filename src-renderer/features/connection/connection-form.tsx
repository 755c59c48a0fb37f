import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { CloudDetails } from '../../../src-main/contract/cloud-shapes.ts';
import { Button } from '../../ui/button.tsx';
import { TextInput } from '../../ui/field.tsx';
import { FaultNotice } from '../../ui/notice.tsx';
import { Segments } from '../../ui/segments.tsx';
import { CheckResult } from './check-result.tsx';
import { type ConnectionField, fieldSentence, keptKey } from './draft.ts';
import { KeptSecrets } from './kept-secrets.tsx';
import type { ConnectionStore } from './store.ts';
import './connection.css';

interface ConnectionFormProps {
  readonly store: ConnectionStore;
  readonly onCopy: (text: string) => Promise<void>;
  /** beside the button that checks */
  readonly actions?: ReactNode;
}

/** Where records go: on this box, or a project with its address, its key and this box's sign-in. */
export function ConnectionForm({ store, onCopy, actions }: ConnectionFormProps) {
  const { t } = useTranslation();
  const state = useStore(store);
  const { draft, details, lockedBy, busy, check, fault } = state;
  return (
    <div className="connection">
      <Segments
        label={t('connection.kind')}
        value={draft.kind}
        choices={[
          { value: 'local', label: t('connection.local') },
          { value: 'supabase', label: t('connection.supabase') },
        ]}
        onChange={(kind) => {
          if (lockedBy === null) state.change({ kind });
        }}
        testId="connection-kind"
      />
      {lockedBy !== null && <p className="quiet-text">{t('connection.locked', { variable: lockedBy })}</p>}
      {draft.kind === 'local' ? (
        <p className="lead">{t('connection.localLead')}</p>
      ) : (
        <Project store={store} />
      )}
      <KeptSecrets store={store} />
      {fault && <FaultNotice fault={fault} testId="connection-fault" />}
      <div className="page-actions">
        {actions}
        {(draft.kind === 'supabase' || details?.kind === 'local') && (
          <Button
            onPress={() => void state.tryOut()}
            isPending={busy === 'checking'}
            isDisabled={busy === 'saving'}
          >
            {busy === 'checking' ? t('connection.checking') : t('connection.check')}
          </Button>
        )}
      </div>
      {check && <CheckResult check={check} onCopy={onCopy} />}
    </div>
  );
}

function Project({ store }: { readonly store: ConnectionStore }) {
  const { t } = useTranslation();
  const { draft, details, lockedBy, faults, tookAddress, change, signOut } = useStore(store);
  const faultAt = (field: ConnectionField): string | null => {
    const fault = faults[field];
    if (fault === undefined) return null;
    const location = String(fault.details?.tokenLocation ?? '');
    return t(`connection.fault.${fieldSentence(field, fault)}`, { location });
  };
  const isSignedIn = details !== null && ['keychain', 'file'].includes(details.signIn.source);
  return (
    <>
      <TextInput
        label={t('connection.url')}
        hint={t('connection.urlHint')}
        type="url"
        placeholder="https://abcdefgh.supabase.co"
        value={draft.url}
        onChange={(url) => change({ url })}
        isDisabled={lockedBy !== null}
        fault={faultAt('url')}
        testId="connection-url"
      />
      <p role="status" className="quiet-text" data-testid="took-address">
        {tookAddress && t('connection.tookAddress', { url: draft.url })}
      </p>
      <TextInput
        label={t('connection.key')}
        hint={t(`connection.${keyHint(details)}`)}
        type="password"
        value={draft.apiKey}
        onChange={(apiKey) => change({ apiKey })}
        isDisabled={details?.key.source === 'environment'}
        placeholder={keptKey(details) ? t('connection.kept') : undefined}
        fault={faultAt('apiKey')}
        testId="connection-key"
      />
      <TextInput
        label={t('connection.token')}
        hint={t(`connection.${tokenHint(details)}`, { location: details?.signIn.locationId ?? '' })}
        type="password"
        value={draft.token}
        onChange={(token) => change({ token })}
        isDisabled={details?.signIn.source === 'environment'}
        placeholder={isSignedIn ? t('connection.kept') : undefined}
        fault={faultAt('token')}
        testId="connection-token"
      />
      {isSignedIn && (
        <div>
          <Button onPress={() => void signOut()}>{t('connection.signOut')}</Button>
        </div>
      )}
      {details && (
        <p className="quiet-text" data-testid="secret-storage">
          {t(`connection.storage.${details.secretStorage}`)}
        </p>
      )}
    </>
  );
}

/** Which hint stands under the field of the key. */
function keyHint(details: CloudDetails | null): 'fromEnvironment' | 'keyHint' {
  return details?.key.source === 'environment' ? 'fromEnvironment' : 'keyHint';
}

function tokenHint(details: CloudDetails | null): 'fromEnvironment' | 'signedInFor' | 'tokenHint' {
  const signIn = details?.signIn;
  if (signIn?.source === 'environment') return 'fromEnvironment';
  return signIn?.locationId ? 'signedInFor' : 'tokenHint';
}
