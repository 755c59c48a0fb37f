import { join } from 'node:path';
import { app, dialog, nativeTheme, net, powerMonitor } from 'electron';
import { type ConsoleLanguage, consoleLanguage } from '../contract/console-language.ts';
import type { DesktopInfo, DesktopPayloads, Preferences } from '../contract/desktop-contract.ts';
import { openKioskPin } from '../engine/config/kiosk-pin.ts';
import type { Logger } from '../engine/log/logger.ts';
import { createEventHub } from '../engine/rpc/event-hub.ts';
import { openConsoleWindow } from './console-window.ts';
import { createDesktopDispatch } from './desktop-dispatch.ts';
import { createDesktopHandlers } from './desktop-handlers.ts';
import type { EngineHost } from './engine-host.ts';
import { notifyOfHealth } from './health-notifications.ts';
import { listenIpc } from './ipc-host.ts';
import { createKiosk } from './kiosk.ts';
import { guardKiosk } from './kiosk-guard.ts';
import type { LaunchOptions } from './launch-options.ts';
import { notificationWords } from './notification-words.ts';
import type { PreferenceStore } from './preferences.ts';
import { signInEntry } from './sign-in-entry.ts';
import { notifyOfStock } from './stock-notifications.ts';
import { showSystemNotification } from './system-notification.ts';
import { keepTray } from './tray-keeper.ts';
import { watchWaking } from './wake-watch.ts';
import { openWindowState } from './window-state.ts';
import { windowWords } from './window-words.ts';

export interface DesktopOptions {
  readonly dataDir: string;
  readonly preload: string;
  readonly iconFolder: string;
  readonly launch: LaunchOptions;
  readonly log: Logger;
  readonly engine: EngineHost;
  readonly preferences: PreferenceStore;
  /** whether there is a keychain for the engine's secrets */
  readonly hasKeychain: Promise<boolean>;
  readonly isQuitting: () => boolean;
}

/** The console on the desktop: its window, tray, notifications, and what the page may ask. */
export interface Desktop {
  /** Another launch of the console: shows this one, as a kiosk where that was asked for. */
  launchAgain(launch: LaunchOptions): void;
  /** Writes what is still to be remembered. */
  close(): Promise<void>;
}

export function openDesktop(options: DesktopOptions): Desktop {
  const { dataDir, iconFolder, log, engine, preferences } = options;
  const now = (): Date => new Date();
  const systemLanguages = [...new Set([app.getLocale(), ...app.getPreferredSystemLanguages()])];
  const language = (): ConsoleLanguage => consoleLanguage(preferences.current().language, systemLanguages);
  const state = openWindowState(join(dataDir, 'console'), log, now);
  const pin = openKioskPin(dataDir, { now, uptimeMs: () => performance.now() });
  const wantsKiosk = options.launch.kiosk || preferences.current().kiosk;
  const hub = createEventHub<DesktopPayloads>();
  let hasKeychain = false;

  applyTheme(preferences.current());
  const screen = openConsoleWindow({ ...options, state, onHidden: tellOfHiding }, wantsKiosk && pin.isSet());
  const kiosk = createKiosk({ pin, screen, log, onChange: changed });
  const tray = keepTray({ iconFolder, engine, language, open: screen.show, onChange: changed });
  tray.setHidden(kiosk.isActive());

  function changed(): void {
    tray.setHidden(kiosk.isActive());
    hub.emit('desktop.infoChanged', info());
  }

  function info(): DesktopInfo {
    return {
      version: app.getVersion(),
      systemLanguages,
      kiosk: kiosk.isActive(),
      kioskPinSet: kiosk.isPinSet(),
      secretStorage: hasKeychain ? 'keychain' : 'plain_text',
      canOpenAtSignIn: ['linux', 'darwin', 'win32'].includes(process.platform),
      tray: tray.isThere(),
    };
  }

  function tellOfHiding(): void {
    if (tray.isThere() || state.current().toldOfHiding) return;
    state.change({ toldOfHiding: true });
    showSystemNotification({ ...windowWords[language()].hidden, onClick: screen.show });
  }

  const handlers = createDesktopHandlers({
    engine,
    preferences,
    kiosk,
    screen,
    signIn: signInEntry(dataDir),
    info,
    words: () => windowWords[language()],
    language,
  });
  const call = createDesktopDispatch(handlers, (name, error) =>
    log.error('a call to the desktop failed', { name, reason: String(error) }),
  );
  listenIpc({
    engine: engine.port,
    desktop: { call, subscribe: hub.subscribe },
    guard: (name, input) => guardKiosk(name, input, kiosk.isActive()),
  });

  void options.hasKeychain.then((found) => {
    hasKeychain = found;
    changed();
  });
  engine.onState((engineState) => hub.emit('desktop.engineChanged', engineState));
  preferences.onChange((changedPreferences) => {
    applyTheme(changedPreferences);
    tray.refresh();
    hub.emit('desktop.preferencesChanged', changedPreferences);
  });
  notifyOfHealth({
    engine: engine.port,
    words: () => notificationWords[language()],
    wanted: () => preferences.current().notifications && !kiosk.isActive(),
    show: showSystemNotification,
    openErrors: () => {
      screen.show();
      hub.emit('desktop.asked', { view: 'errors', sync: false });
    },
  });
  notifyOfStock({
    engine: engine.port,
    words: () => notificationWords[language()],
    wanted: () => preferences.current().notifications && !kiosk.isActive(),
    show: showSystemNotification,
    openInventory: () => {
      screen.show();
      hub.emit('desktop.asked', { view: 'inventory', sync: false });
    },
  });
  const stopWatching = watchWaking(
    {
      onResume: (listener) => void powerMonitor.on('resume', listener),
      isOnline: () => net.isOnline(),
    },
    engine.port,
    log,
  );
  if (wantsKiosk && !kiosk.isActive()) refuseKiosk();

  /** Said, not thrown: an ordinary window is open and the engine works. */
  function refuseKiosk(): void {
    log.warn('opened as a window: the kiosk was asked for and has no PIN');
    const { message, detail, button } = windowWords[language()].noPin;
    const box = { type: 'info' as const, message, detail, buttons: [button], title: 'Backhaul' };
    const window = screen.current();
    window.once('show', () => void dialog.showMessageBox(window, box));
  }

  return {
    launchAgain(launch) {
      screen.show();
      if (launch.kiosk && pin.isSet()) kiosk.enter();
    },
    async close() {
      stopWatching();
      tray.close();
      await state.flush();
    },
  };
}

function applyTheme({ theme }: Preferences): void {
  const source = theme === 'contrast' ? 'system' : theme;
  if (nativeTheme.themeSource !== source) nativeTheme.themeSource = source;
}
