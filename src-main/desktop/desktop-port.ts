import { app, clipboard } from 'electron';
import type { Port } from '../contract/client.ts';
import type { DesktopInfo } from '../contract/desktop-contract.ts';
import { BackhaulError } from '../contract/errors.ts';
import { createDesktopDispatch, type DesktopHandlers } from './desktop-dispatch.ts';
import { createDesktopHub } from './desktop-hub.ts';
import type { EngineHost } from './engine-host.ts';
import type { PreferenceStore } from './preferences.ts';

export interface DesktopParts {
  readonly engine: EngineHost;
  readonly preferences: PreferenceStore;
}

/** What the page may ask of the main process, as a port. */
export function openDesktop({ engine, preferences }: DesktopParts): Port {
  const hub = createDesktopHub();
  engine.onState((state) => hub.emit('desktop.engineChanged', state));
  preferences.onChange((changed) => hub.emit('desktop.preferencesChanged', changed));
  const later = async (): Promise<never> => {
    throw new BackhaulError('unavailable', 'This console cannot do that yet.');
  };
  const handlers: DesktopHandlers = {
    'desktop.info': async () => info(),
    'desktop.engine': async () => engine.state(),
    'desktop.restartEngine': async () => {
      await engine.restart();
      return {};
    },
    'desktop.preferences': async () => preferences.current(),
    'desktop.setPreferences': (part) => preferences.change(part),
    'desktop.exportHistory': later,
    'desktop.saveDiagnostics': later,
    'desktop.copyText': async ({ text }) => {
      clipboard.writeText(text);
      return {};
    },
    'desktop.enterKiosk': later,
    'desktop.leaveKiosk': later,
    'desktop.setKioskPin': later,
    'desktop.quit': async () => {
      app.quit();
      return {};
    },
  };
  return { call: createDesktopDispatch(handlers, () => undefined), subscribe: hub.subscribe };
}

function info(): DesktopInfo {
  return {
    version: app.getVersion(),
    systemLanguages: [...new Set([app.getLocale(), ...app.getPreferredSystemLanguages()])],
    kiosk: false,
    kioskPinSet: false,
    secretStorage: 'plain_text',
    canOpenAtSignIn: false,
    tray: false,
  };
}
