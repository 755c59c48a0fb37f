import { app, clipboard, dialog } from 'electron';
import type { ConsoleLanguage } from '../contract/console-language.ts';
import type { DesktopInfo } from '../contract/desktop-contract.ts';
import { BackhaulError } from '../contract/errors.ts';
import type { ConsoleWindow } from './console-window.ts';
import type { DesktopHandlers } from './desktop-dispatch.ts';
import { saveDiagnostics } from './diagnostics-bundle.ts';
import type { EngineHost } from './engine-host.ts';
import { exportHistory } from './history-export.ts';
import { exportInventory } from './inventory-export.ts';
import type { Kiosk } from './kiosk.ts';
import type { SignInEntry } from './open-at-sign-in.ts';
import type { PreferenceStore } from './preferences.ts';
import { printPdf } from './print-pdf.ts';
import { printWords } from './print-words.ts';
import type { WindowWords } from './window-words.ts';

/** What the handlers are made of. */
export interface DesktopParts {
  readonly engine: EngineHost;
  readonly preferences: PreferenceStore;
  readonly kiosk: Kiosk;
  readonly signIn: SignInEntry;
  readonly screen: ConsoleWindow;
  readonly info: () => DesktopInfo;
  readonly words: () => WindowWords;
  readonly language: () => ConsoleLanguage;
}

/** What the page may ask of the main process. */
export function createDesktopHandlers(parts: DesktopParts): DesktopHandlers {
  const { engine, preferences, kiosk } = parts;
  return {
    'desktop.info': async () => parts.info(),
    'desktop.engine': async () => engine.state(),
    'desktop.restartEngine': async () => {
      kiosk.requireUnlocked();
      await engine.restart();
      return {};
    },
    'desktop.preferences': async () => preferences.current(),
    'desktop.setPreferences': async (change) => {
      if (change.kiosk !== undefined || change.openAtSignIn !== undefined) kiosk.requireUnlocked();
      if (change.kiosk === true) requirePin(kiosk);
      if (change.openAtSignIn !== undefined) await setSignIn(parts.signIn, change.openAtSignIn);
      return await preferences.change(change);
    },
    'desktop.exportHistory': async ({ format, selection }) => {
      const path = await askWhere(parts, parts.words().exportHistory, 'history', format);
      if (path !== null) await exportHistory(engine.port, path, format, selection);
      return { path };
    },
    'desktop.exportInventory': async ({ format, selection }) => {
      const path = await askWhere(parts, parts.words().exportInventory, 'inventory', format);
      const words = printWords[parts.language()];
      if (path !== null)
        await exportInventory({ engine: engine.port, path, format, selection, words, printPdf });
      return { path };
    },
    'desktop.saveDiagnostics': async () => {
      const path = await askWhere(parts, parts.words().saveDiagnostics, 'diagnostics', 'zip');
      if (path !== null) await saveDiagnostics(engine.port, path);
      return { path };
    },
    'desktop.copyText': async ({ text }) => {
      clipboard.writeText(text);
      return {};
    },
    'desktop.enterKiosk': async () => {
      kiosk.enter();
      return {};
    },
    'desktop.leaveKiosk': ({ pin }) => kiosk.leave(pin),
    'desktop.setKioskPin': ({ pin, current }) => kiosk.setPin(pin, current),
    'desktop.quit': async () => {
      kiosk.requireUnlocked();
      // After this answer has gone out.
      setImmediate(() => app.quit());
      return {};
    },
  };
}

function requirePin(kiosk: Kiosk): void {
  if (kiosk.isPinSet()) return;
  throw new BackhaulError('misconfigured', 'The kiosk has no PIN, so nobody could leave it. Set one first.');
}

async function setSignIn(signIn: SignInEntry, on: boolean): Promise<void> {
  await signIn.set(on).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BackhaulError('storage', `The system does not take the choice: ${reason}`, { cause: error });
  });
}

/** Null when the person closed the dialog. A dialog shows the computer's files: not in the kiosk. */
async function askWhere(
  { kiosk, screen }: DesktopParts,
  title: string,
  name: string,
  extension: string,
): Promise<string | null> {
  kiosk.requireUnlocked();
  const day = new Date().toISOString().slice(0, 10);
  const { canceled, filePath } = await dialog.showSaveDialog(screen.current(), {
    title,
    defaultPath: `backhaul-${name}-${day}.${extension}`,
    filters: [{ name: extension.toUpperCase(), extensions: [extension] }],
  });
  return canceled || filePath === '' ? null : filePath;
}
