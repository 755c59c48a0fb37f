import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../../console/console-context.tsx';
import { openRoute } from '../../console/route.ts';
import { Button } from '../../ui/button.tsx';
import type { CaptureStore } from '../capture/store.ts';
import type { HomeStore } from '../home/store.ts';
import { useBurnShift } from './burn-shift.ts';
import { KioskHome } from './kiosk-home.tsx';
import { KioskMenu } from './kiosk-menu.tsx';
import { LeaveDialog } from './leave-dialog.tsx';
import type { KioskStore } from './store.ts';
import { useIdle } from './use-idle.ts';
import { useRestingPointer } from './use-resting-pointer.ts';
import './kiosk.css';

interface KioskFrameProps {
  readonly home: HomeStore;
  readonly capture: CaptureStore;
  readonly kiosk: KioskStore;
  /** the view that was opened, where it is not Home */
  readonly children: ReactNode;
}

const idleMs = 2 * 60_000;

/** The console full screen on a wall: the verdict from afar, the other views by touch, the way out by PIN. */
export function KioskFrame({ home, capture, kiosk, children }: KioskFrameProps) {
  const { t } = useTranslation();
  const view = useRoute((route) => route.view);
  const [open, setOpen] = useState<'menu' | 'leave' | null>(null);
  const shift = useBurnShift();
  useRestingPointer();
  useEffect(() => kiosk.getState().forget, [kiosk]);
  const goHome = (): void => {
    setOpen(null);
    openRoute('home');
  };
  useIdle(idleMs, goHome);
  // Settings are not for whoever stands before the screen, whichever keys they find.
  useEffect(() => {
    if (view === 'settings') openRoute('home');
  }, [view]);
  const atHome = view === 'home' || view === 'settings';
  return (
    <div className="kiosk" style={{ transform: `translate(${shift.x}px, ${shift.y}px)` }}>
      <header className="kiosk-bar">
        {!atHome && (
          <Button look="quiet" size="large" onPress={goHome}>
            <span aria-hidden="true">←</span> {t('kiosk.back')}
          </Button>
        )}
        <Button look="bare" size="large" onPress={() => setOpen('menu')}>
          {t('kiosk.menu')}
        </Button>
      </header>
      <main id="view" className={atHome ? 'kiosk-main home' : 'kiosk-main'}>
        {atHome ? <KioskHome home={home} capture={capture} /> : children}
      </main>
      <KioskMenu
        isOpen={open === 'menu'}
        here={view}
        onClose={() => setOpen(null)}
        onLeave={() => setOpen('leave')}
      />
      <LeaveDialog store={kiosk} isOpen={open === 'leave'} onClose={() => setOpen(null)} />
    </div>
  );
}
