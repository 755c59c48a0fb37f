import { useTranslation } from 'react-i18next';
import { routeLink } from '../../console/route.ts';
import { Button } from '../../ui/button.tsx';
import { Mark } from '../../ui/mark.tsx';
import type { CaptureStore } from '../capture/store.ts';
import { OutcomeNotice } from '../home/outcome-notice.tsx';
import { RunPanel } from '../home/run-panel.tsx';
import type { HomeStore } from '../home/store.ts';
import { useHome } from '../home/use-home.ts';
import { useVerdict } from '../home/use-verdict.ts';
import { Times } from '../home/verdict-banner.tsx';
import { QuietLine } from './quiet-line.tsx';

interface KioskHomeProps {
  readonly home: HomeStore;
  readonly capture: CaptureStore;
}

/** The calm face: one sign, one sentence, when it was checked, one button; below it what goes on as always. */
export function KioskHome({ home, capture }: KioskHomeProps) {
  const { t } = useTranslation();
  const { status, fault, progress, live, now, formats, run, busy, outcome, ...controls } = useHome(
    home,
    capture,
  );
  const { syncEverything, cancel, resume, dismissOutcome } = controls;
  const { key, tone, title, detail, view, calm } = useVerdict(status, fault, run, formats, now);
  return (
    <div className="kiosk-home">
      <Mark tone={tone} />
      <div className="kiosk-words" role="status" aria-live="polite" data-testid="verdict" data-verdict={key}>
        <h1 tabIndex={-1} data-view-heading="">
          {title}
        </h1>
        {(tone !== 'safe' || !status?.lastVerifiedAt) && <p>{detail}</p>}
        <Times status={fault ? null : status} formats={formats} now={now} />
      </div>
      {busy ? (
        <RunPanel progress={progress} formats={formats} onCancel={cancel} />
      ) : (
        <div className="kiosk-actions">
          <Button
            look={calm || view ? 'quiet' : 'main'}
            size="large"
            isDisabled={status === null || fault !== null}
            onPress={syncEverything}
          >
            {t('sync.everything')}
          </Button>
          {view && (
            <a className="button main large" href={routeLink(view)}>
              {t(`verdictAction.${view}`)}
            </a>
          )}
          {status?.pausedUntil && (
            <Button size="large" onPress={resume}>
              {t('sync.resume')}
            </Button>
          )}
        </div>
      )}
      {!busy && outcome && <OutcomeNotice outcome={outcome} formats={formats} onDismiss={dismissOutcome} />}
      <QuietLine live={live} locationId={status?.locationId ?? null} />
    </div>
  );
}
