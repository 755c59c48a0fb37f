import { useEffect, useState } from 'react';
import { useDesktop } from '../console/console-context.tsx';
import { openRoute, viewNames } from '../console/route.ts';
import type { HomeStore } from '../features/home/store.ts';

interface Help {
  readonly isOpen: boolean;
  open(): void;
  close(): void;
}

/** The keys that work everywhere: Alt and a digit for a view, F1 or ? for help, Ctrl and Enter for the sync. */
export function useShortcuts(home: HomeStore): Help {
  const [isOpen, setOpen] = useState(false);
  const singleKeys = useDesktop((view) => view.preferences.keyShortcuts);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const view = event.altKey ? viewNames[Number(event.key) - 1] : undefined;
      const asksHelp = event.key === 'F1' || (event.key === '?' && singleKeys && !isTyping(event.target));
      if (view !== undefined) openRoute(view);
      else if (asksHelp) setOpen(true);
      else if (event.key === 'Enter' && event.ctrlKey) void home.getState().syncEverything();
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [singleKeys, home]);
  return { isOpen, open: () => setOpen(true), close: () => setOpen(false) };
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, [contenteditable]') !== null;
}
