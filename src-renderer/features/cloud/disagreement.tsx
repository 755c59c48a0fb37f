import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Verification } from '../../../src-main/contract/verify-shapes.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import type { Formats } from '../../ui/formats.ts';
import { Notice } from '../../ui/notice.tsx';
import type { CloudStore } from './store.ts';

interface DisagreementProps {
  readonly store: CloudStore;
  readonly verification: Verification;
  readonly kind: 'local' | 'supabase';
  readonly formats: Formats;
}

/** What does not agree, the button that mends it, and what is left to decide when that was not enough. */
export function Disagreement({ store, verification, kind, formats }: DisagreementProps) {
  const { t } = useTranslation();
  const { busy, repaired, repair, overwrite, acceptLost } = useStore(store);
  const [asking, setAsking] = useState<'overwrite' | 'accept' | null>(null);
  const sessions = verification.streams.flatMap((stream) => stream.sessions.filter(({ agrees }) => !agrees));
  const lacking = sessions.reduce((sum, { local, cloud }) => sum + Math.max(0, local - cloud), 0);
  const values = { count: sessions.length, lacking: formats.number(lacking) };
  return (
    <>
      <Notice
        tone="attention"
        title={t('cloud.differs.title', values)}
        testId="disagreement"
        actions={
          repaired ? (
            <>
              <Button
                onPress={() => setAsking('overwrite')}
                isPending={busy === 'overwrite'}
                isDisabled={busy !== null}
              >
                {t('cloud.differs.overwrite')}
              </Button>
              <Button
                look="danger"
                onPress={() => setAsking('accept')}
                isPending={busy === 'accept'}
                isDisabled={busy !== null}
              >
                {t('cloud.differs.accept')}
              </Button>
            </>
          ) : (
            <Button
              look="main"
              onPress={() => void repair()}
              isPending={busy === 'repair'}
              isDisabled={busy !== null && busy !== 'repair'}
            >
              {busy === 'repair' ? t('cloud.differs.repairing') : t('cloud.differs.repair')}
            </Button>
          )
        }
      >
        <p>{t(`cloud.differs.data.${kind}`, values)}</p>
        <p className="next">{repaired ? t('cloud.differs.left') : t('cloud.differs.next')}</p>
      </Notice>
      <Dialog
        title={t(`cloud.differs.ask.${asking ?? 'overwrite'}.title`)}
        isOpen={asking !== null}
        onClose={() => setAsking(null)}
        closeLabel={t('common.cancel')}
        testId="differs-dialog"
        actions={
          <Button
            look="danger"
            onPress={() => {
              void (asking === 'accept' ? acceptLost() : overwrite());
              setAsking(null);
            }}
          >
            {t(`cloud.differs.ask.${asking ?? 'overwrite'}.do`)}
          </Button>
        }
      >
        <p>{t(`cloud.differs.ask.${asking ?? 'overwrite'}.text`)}</p>
      </Dialog>
    </>
  );
}
