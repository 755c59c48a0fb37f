import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Verification } from '../../../src-main/contract/verify-shapes.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import type { Formats } from '../../ui/formats.ts';
import { Notice } from '../../ui/notice.tsx';
import type { CloudStore } from './store.ts';
import { differenceWords, ofSessions } from './total-of.ts';

interface DisagreementProps {
  readonly store: CloudStore;
  readonly verification: Verification;
  readonly kind: 'local' | 'supabase';
  readonly formats: Formats;
}

/** What does not agree, the button that mends it, and what is left to decide when that was not enough. */
export function Disagreement({ store, verification, kind, formats }: DisagreementProps) {
  const { t } = useTranslation();
  const { busy, repair, overwrite, acceptLost } = useStore(store);
  const [asking, setAsking] = useState<'overwrite' | 'accept' | null>(null);
  const sessions = verification.streams.flatMap((stream) => stream.sessions.filter(({ agrees }) => !agrees));
  const missing = ofSessions(sessions, 'missing');
  const different = ofSessions(sessions, 'different');
  const lost = ofSessions(sessions, 'lost');
  const words = differenceWords(missing, different, lost);
  const values = {
    count: { missing, different, lost, several: 0 }[words],
    missing: formats.number(missing),
    different: formats.number(different),
    lost: formats.number(lost),
  };
  return (
    <>
      <Notice
        tone="attention"
        title={t('cloud.differs.title', { count: sessions.length })}
        testId="disagreement"
        actions={
          missing > 0 ? (
            <Button
              look="main"
              onPress={() => void repair()}
              isPending={busy === 'repair'}
              isDisabled={busy !== null && busy !== 'repair'}
            >
              {busy === 'repair' ? t('cloud.differs.repairing') : t('cloud.differs.repair')}
            </Button>
          ) : (
            <>
              {different > 0 && (
                <Button
                  onPress={() => setAsking('overwrite')}
                  isPending={busy === 'overwrite'}
                  isDisabled={busy !== null}
                >
                  {t('cloud.differs.overwrite')}
                </Button>
              )}
              {lost > 0 && (
                <Button
                  look="danger"
                  onPress={() => setAsking('accept')}
                  isPending={busy === 'accept'}
                  isDisabled={busy !== null}
                >
                  {t('cloud.differs.accept')}
                </Button>
              )}
            </>
          )
        }
      >
        <p>{t(`cloud.differs.data.${kind}.${words}`, values)}</p>
        <p className="next">
          {missing > 0
            ? t('cloud.differs.next')
            : t(`cloud.differs.decide.${lost > 0 ? 'lost' : 'different'}`)}
        </p>
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
