import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useEngine } from '../../console/console-context.tsx';
import { CodeBlock } from '../../ui/code-block.tsx';
import { Mark } from '../../ui/mark.tsx';
import type { Tone } from '../../ui/tone.ts';
import { type DetectorSign, detectorSign, exampleProducer } from './detector-sign.ts';
import type { SetupStore } from './store.ts';

const tones: Readonly<Record<DetectorSign['kind'], Tone>> = {
  waiting: 'wait',
  connected: 'wait',
  refused: 'attention',
  arrived: 'safe',
};

/** Waits for the detector's first line and says when it is there; how to send one stands below. */
export function DetectorStep({ store }: { readonly store: SetupStore }) {
  const { t } = useTranslation();
  const { live, before, locationId, copy } = useStore(store);
  const status = useEngine((view) => view.status);
  const socket = useEngine((view) => view.info?.bridgeSocket ?? null);
  const { kind } = detectorSign(live, status, before);
  return (
    <>
      <div className="detector" role="status" data-testid="detector" data-sign={kind}>
        <Mark tone={tones[kind]} />
        <div>
          <h2>{t(`setup.sign.${kind}.title`)}</h2>
          <p>{t(`setup.sign.${kind}.detail`)}</p>
        </div>
      </div>
      {socket !== null && (
        <details className="how-to">
          <summary>{t('setup.detector.howTo')}</summary>
          <p>{t('setup.detector.socket')}</p>
          <CodeBlock text={socket} label={t('setup.detector.socketLabel')} onCopy={copy} />
          <p>{t('setup.detector.example')}</p>
          <CodeBlock
            text={exampleProducer(socket, locationId === '' ? 'store_1' : locationId)}
            label={t('setup.detector.exampleLabel')}
            onCopy={copy}
          />
        </details>
      )}
    </>
  );
}
