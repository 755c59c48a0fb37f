import { expect } from 'playwright/test';
import { openKioskPin } from '../../src-main/engine/config/kiosk-pin.ts';
import type { OpenConsole } from './console.ts';
import type { EachConsole, StartOptions } from './each-console.ts';

/** The one that startKiosk sets. */
export const pin = '246810';

/** Sets the PIN and opens the console as a kiosk; resolves when it is one. */
export async function startKiosk(box: EachConsole, options: StartOptions = {}): Promise<OpenConsole> {
  await openKioskPin(box.path, { now: () => new Date(), uptimeMs: () => performance.now() }).set(pin);
  const console = await box.start({ switches: ['--kiosk'], ...options });
  await expect.poll(() => looks(console)).toMatchObject({ kiosk: true });
  return console;
}

/** How the window stands on the screen. */
export function looks({ app }: OpenConsole) {
  return app.evaluate(({ BrowserWindow, screen }) => {
    const [window] = BrowserWindow.getAllWindows();
    if (!window) return null;
    const { bounds } = screen.getPrimaryDisplay();
    return {
      kiosk: window.isKiosk(),
      visible: window.isVisible(),
      minimized: window.isMinimized(),
      fills: JSON.stringify(window.getBounds()) === JSON.stringify(bounds),
      zoom: window.webContents.getZoomFactor(),
      tools: window.webContents.isDevToolsOpened(),
    };
  });
}
