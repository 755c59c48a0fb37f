import { join } from 'node:path';
import { Menu, nativeImage, Tray } from 'electron';
import type { TrayWords } from './tray-words.ts';
import type { VerdictAtGlance } from './verdict-watch.ts';

/** What the tray's menu does. */
export interface TrayActions {
  readonly open: () => void;
  readonly syncNow: () => void;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly quit: () => void;
}

/** The verdict beside the clock of the desktop: colour and shape, a sentence, and what one does most. */
export interface TrayIcon {
  show(glance: VerdictAtGlance, words: TrayWords): void;
  remove(): void;
}

export function openTray(iconFolder: string, actions: TrayActions): TrayIcon {
  const iconOf = (verdict: VerdictAtGlance['verdict']): Electron.NativeImage =>
    nativeImage.createFromPath(join(iconFolder, `tray-${verdict === 'starting' ? 'waiting' : verdict}.png`));
  const tray = new Tray(iconOf('starting'));
  tray.on('click', actions.open);
  let menuFor = '';

  return {
    show(glance, words) {
      tray.setToolTip(`Backhaul: ${words.sentence(glance)}`);
      // Counts change every second; a menu that is open must not.
      const key = `${glance.verdict} ${glance.paused} ${words.open}`;
      if (key === menuFor) return;
      menuFor = key;
      tray.setImage(iconOf(glance.verdict));
      tray.setContextMenu(Menu.buildFromTemplate(menuTemplate(glance, words, actions)));
    },
    remove: () => tray.destroy(),
  };
}

/** The entries of the menu; apart, so that they can be looked at without a tray. */
function menuTemplate(
  { verdict, paused }: VerdictAtGlance,
  words: TrayWords,
  actions: TrayActions,
): Electron.MenuItemConstructorOptions[] {
  const running = verdict !== 'starting' && verdict !== 'stopped';
  return [
    { label: words.verdict[verdict], enabled: false },
    { type: 'separator' },
    { label: words.open, click: actions.open },
    { label: words.syncNow, click: actions.syncNow, enabled: running },
    paused
      ? { label: words.resume, click: actions.resume, enabled: running }
      : { label: words.pause, click: actions.pause, enabled: running },
    { type: 'separator' },
    { label: words.quit, click: actions.quit },
  ];
}
