import { app } from 'electron';
import type { ConsoleLanguage } from '../contract/console-language.ts';
import type { EngineHost } from './engine-host.ts';
import { openTray, type TrayActions, type TrayIcon } from './tray.ts';
import { awaitTrayHost } from './tray-host.ts';
import { trayWords } from './tray-words.ts';
import { type VerdictAtGlance, watchVerdict } from './verdict-watch.ts';

export interface TrayKeeperOptions {
  readonly iconFolder: string;
  readonly engine: EngineHost;
  readonly language: () => ConsoleLanguage;
  readonly open: () => void;
  /** a tray was found */
  readonly onChange: () => void;
}

/** The tray over the console's life: there once the desktop has one, away while the kiosk is locked. */
export interface TrayKeeper {
  /** something shows the icon, so that a hidden window can be brought back by it */
  isThere(): boolean;
  setHidden(hidden: boolean): void;
  /** the language may have changed */
  refresh(): void;
  close(): void;
}

export function keepTray({ iconFolder, engine, language, open, onChange }: TrayKeeperOptions): TrayKeeper {
  let tray: TrayIcon | null = null;
  let found = false;
  let hidden = false;
  let glance: VerdictAtGlance | null = null;
  const actions: TrayActions = {
    open,
    syncNow: () => void engine.port.call('sync.start', { mode: 'full', trigger: 'manual' }),
    pause: () => void engine.port.call('schedule.pause', {}),
    resume: () => void engine.port.call('schedule.resume', {}),
    quit: () => app.quit(),
  };

  function refresh(): void {
    if (found && !hidden) tray ??= openTray(iconFolder, actions);
    else {
      tray?.remove();
      tray = null;
    }
    if (glance !== null) tray?.show(glance, trayWords[language()]);
  }

  watchVerdict(engine, (seen) => {
    glance = seen;
    refresh();
  });
  const stopLooking = awaitTrayHost(() => {
    found = true;
    refresh();
    onChange();
  });
  return {
    isThere: () => found,
    setHidden(wanted) {
      if (hidden === wanted) return;
      hidden = wanted;
      refresh();
    },
    refresh,
    close() {
      stopLooking();
      tray?.remove();
      tray = null;
      found = false;
    },
  };
}
