import { useEffect, useRef } from 'react';
import { useRoute } from '../console/console-context.tsx';
import { HelpDialog } from '../features/help/help-dialog.tsx';
import { KioskFrame } from '../features/kiosk/kiosk-frame.tsx';
import { EngineNotice } from './engine-notice.tsx';
import { Sidebar } from './sidebar.tsx';
import type { Stores } from './stores.ts';
import { useShortcuts } from './use-shortcuts.ts';
import { View } from './view.tsx';
import './frame.css';

/** Around the views: the way to each of them, word of an engine that is gone, help. */
export function Frame({ stores, kiosk }: { readonly stores: Stores; readonly kiosk: boolean }) {
  const view = useRoute((route) => route.view);
  const help = useShortcuts(stores.home);
  useHeadingFocus(view);
  if (kiosk) {
    return (
      <KioskFrame home={stores.home} capture={stores.capture} kiosk={stores.kiosk}>
        <EngineNotice />
        <View stores={stores} />
      </KioskFrame>
    );
  }
  return (
    <div className="frame">
      <Sidebar errors={stores.errors} inventory={stores.inventory} onHelp={help.open} />
      <main id="view">
        <EngineNotice />
        <View stores={stores} />
      </main>
      <HelpDialog view={view} isOpen={help.isOpen} onClose={help.close} />
    </div>
  );
}

/**
 * A view that was gone to takes the focus at its heading; the first one does not take it from anybody, and where the
 * link named a section the view gives it to that.
 */
function useHeadingFocus(view: string): void {
  const shown = useRef(view);
  const section = useRoute((route) => route.parameters.section);
  useEffect(() => {
    if (shown.current === view) return;
    shown.current = view;
    window.scrollTo({ top: 0 });
    document.getElementById('view')?.scrollTo({ top: 0 });
    if (section !== undefined) return;
    // The view's code may still be on its way.
    const giveUp = performance.now() + 1000;
    const look = (): void => {
      // The view before may still be there, hidden.
      const headings = document.querySelectorAll<HTMLElement>('main [data-view-heading]');
      const heading = [...headings].find((one) => one.checkVisibility());
      if (heading) heading.focus({ preventScroll: true });
      else if (performance.now() < giveUp) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, [view, section]);
}
