import { join } from 'node:path';
import { app, BrowserWindow, nativeTheme, screen } from 'electron';
import type { Logger } from '../engine/log/logger.ts';
import { appOrigin } from './app-scheme.ts';
import { recoverPage } from './page-recovery.ts';
import { keyMeaning, nextZoom } from './window-keys.ts';
import { placeWindow, type Rectangle, type WindowStateStore } from './window-state.ts';

/** The page colour before the page has loaded, as in ui/tokens.css. */
const paper = { light: '#f6f5f2', dark: '#161614' } as const;
const leastSize = { minWidth: 720, minHeight: 520 } as const;

export interface ConsoleWindowOptions {
  readonly preload: string;
  readonly iconFolder: string;
  readonly state: WindowStateStore;
  readonly log: Logger;
  /** whether the console is on its way out: only then the window may close */
  readonly isQuitting: () => boolean;
  /** the window was closed and goes on out of sight */
  readonly onHidden: () => void;
}

/** The console's one window. It lives as long as the console; closing hides it. */
export interface ConsoleWindow {
  readonly window: BrowserWindow;
  /** Brings it in front of the others. */
  show(): void;
  isKiosk(): boolean;
  /** Full screen with no way out but `setKiosk(false)`. */
  setKiosk(on: boolean): void;
}

/** Opens the window where it was, sandboxed, isolated, without Node; shown when there is something to see. */
export function openConsoleWindow(options: ConsoleWindowOptions, startsInKiosk: boolean): ConsoleWindow {
  const { state, log } = options;
  const window = createWindow(options);
  let kiosk = false;

  function setKiosk(on: boolean): void {
    kiosk = on;
    window.setKiosk(on);
    window.setAlwaysOnTop(on, 'screen-saver');
    window.setMinimizable(!on);
    if (on) {
      // Where no window manager makes it full screen, this does.
      window.setBounds(screen.getDisplayMatching(window.getBounds()).bounds);
      window.webContents.setZoomFactor(1);
      window.webContents.closeDevTools();
      show(window);
    } else if (state.current().bounds) restoreBounds(window, state);
  }

  window.on('close', (event) => {
    if (options.isQuitting()) return;
    event.preventDefault();
    if (kiosk) return;
    window.hide();
    options.onHidden();
  });
  for (const way of ['minimize', 'hide', 'leave-full-screen'] as const) {
    window.on(way as 'hide', () => {
      if (kiosk && !options.isQuitting()) setImmediate(() => setKiosk(true));
    });
  }
  remember(window, state, () => kiosk);
  handleKeys(window, () => kiosk);
  recoverPage(window, log);
  screen.on('display-metrics-changed', () => {
    if (kiosk && !window.isDestroyed()) setKiosk(true);
  });
  nativeTheme.on('updated', () => {
    if (!window.isDestroyed()) window.setBackgroundColor(pageColour());
  });
  window.once('ready-to-show', () => {
    if (state.current().maximized && !kiosk) window.maximize();
    window.show();
    if (kiosk) setKiosk(true);
  });
  kiosk = startsInKiosk;
  void window.loadURL(`${appOrigin}/`).catch(() => undefined);
  return { window, show: () => show(window), isKiosk: () => kiosk, setKiosk };
}

function createWindow({ preload, iconFolder, state }: ConsoleWindowOptions): BrowserWindow {
  return new BrowserWindow({
    ...(placeWindow(state.current().bounds, workAreas()) ?? {}),
    ...leastSize,
    show: false,
    title: 'Backhaul',
    icon: join(iconFolder, 'backhaul-256.png'),
    backgroundColor: pageColour(),
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
    },
  });
}

/** The primary screen first, without its panels. */
function workAreas(): readonly Rectangle[] {
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id);
  return [primary, ...others].map(({ workArea }) => workArea);
}

function pageColour(): string {
  return nativeTheme.shouldUseDarkColors ? paper.dark : paper.light;
}

function show(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

function restoreBounds(window: BrowserWindow, state: WindowStateStore): void {
  const place = placeWindow(state.current().bounds, workAreas());
  if (place) window.setBounds(place);
}

function remember(window: BrowserWindow, state: WindowStateStore, isKiosk: () => boolean): void {
  const note = (): void => {
    if (isKiosk() || window.isFullScreen() || window.isMinimized() || !window.isVisible()) return;
    const maximized = window.isMaximized();
    state.change(maximized ? { maximized } : { maximized, bounds: window.getNormalBounds() });
  };
  window.on('resize', note);
  window.on('move', note);
  window.on('maximize', note);
  window.on('unmaximize', note);
}

/** There is no menu, so the keys that people know are heard here. */
function handleKeys(window: BrowserWindow, isKiosk: () => boolean): void {
  const contents = window.webContents;
  const zoom = (larger: boolean): void => contents.setZoomFactor(nextZoom(contents.getZoomFactor(), larger));
  contents.on('before-input-event', (event, input) => {
    const meaning = keyMeaning(input, isKiosk());
    if (meaning === 'page') return;
    event.preventDefault();
    if (input.type !== 'keyDown') return;
    if (meaning === 'zoomIn' || meaning === 'zoomOut') zoom(meaning === 'zoomIn');
    if (meaning === 'zoomReset') contents.setZoomFactor(1);
    if (meaning === 'fullScreen') window.setFullScreen(!window.isFullScreen());
    if (meaning === 'close') window.close();
    if (meaning === 'quit') app.quit();
  });
  contents.on('zoom-changed', (_event, direction) => {
    if (!isKiosk()) zoom(direction === 'in');
  });
  contents.on('devtools-opened', () => {
    if (isKiosk()) contents.closeDevTools();
  });
}
