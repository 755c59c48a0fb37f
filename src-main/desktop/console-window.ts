import { join } from 'node:path';
import { app, BrowserWindow, nativeTheme, screen } from 'electron';
import type { Logger } from '../engine/log/logger.ts';
import { appOrigin } from './app-scheme.ts';
import { recoverPage } from './page-recovery.ts';
import { keyMeaning, nextZoom } from './window-keys.ts';
import { placeWindow, type Rectangle, usualSize, type WindowStateStore } from './window-state.ts';

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

/** The console's one window. It is there as long as the console; closing hides it. */
export interface ConsoleWindow {
  current(): BrowserWindow;
  /** Brings it in front of the others. */
  show(): void;
  isKiosk(): boolean;
  /** Full screen with no way out but `setKiosk(false)`. */
  setKiosk(on: boolean): void;
}

/** Opens the window where it was, sandboxed, isolated, without Node; shown when there is something to see. */
export function openConsoleWindow(options: ConsoleWindowOptions, startsInKiosk: boolean): ConsoleWindow {
  const { state, log, isQuitting } = options;
  let kiosk = startsInKiosk;
  let window = open();

  function open(): BrowserWindow {
    const opened = createWindow(options, kiosk);
    keepOpen(opened);
    remember(opened, state, () => kiosk);
    handleKeys(opened, () => kiosk);
    recoverPage(opened, log);
    opened.once('ready-to-show', () => {
      if (state.current().maximized && !kiosk) opened.maximize();
      opened.show();
      if (kiosk) setKiosk(true);
    });
    void opened.loadURL(`${appOrigin}/`).catch(() => undefined);
    return opened;
  }

  function keepOpen(opened: BrowserWindow): void {
    opened.on('close', (event) => {
      if (isQuitting()) return;
      event.preventDefault();
      if (kiosk) return;
      opened.hide();
      options.onHidden();
    });
    // A page may close itself, which nobody is asked about.
    opened.once('closed', () => {
      if (isQuitting()) return;
      log.warn('the window was closed from within; opened again');
      window = open();
    });
    for (const way of ['minimize', 'hide', 'leave-full-screen'] as const) {
      opened.on(way as 'hide', () => {
        if (kiosk && !isQuitting()) setImmediate(() => setKiosk(true));
      });
    }
  }

  function setKiosk(on: boolean): void {
    kiosk = on;
    if (window.isDestroyed()) return;
    window.setKiosk(on);
    window.setAlwaysOnTop(on, 'screen-saver');
    window.setMinimizable(!on);
    if (on) {
      // Where no window manager makes it full screen, this does.
      window.setBounds(screenUnder(window.getBounds()));
      window.webContents.setZoomFactor(1);
      window.webContents.closeDevTools();
      show(window);
    } else if (state.current().bounds) restoreBounds(window, state);
  }

  // Not before the page is there: a page that is still loading while the theme or the screens are told anew was seen
  // to stay blank, once in some dozen starts.
  window.webContents.once('did-finish-load', () => {
    screen.on('display-metrics-changed', () => {
      if (kiosk && !isQuitting()) setKiosk(true);
    });
    nativeTheme.on('updated', () => {
      if (!window.isDestroyed()) window.setBackgroundColor(pageColour());
    });
  });
  return { current: () => window, show: () => show(window), isKiosk: () => kiosk, setKiosk };
}

function createWindow({ preload, iconFolder, state }: ConsoleWindowOptions, inKiosk: boolean): BrowserWindow {
  const { bounds } = state.current();
  const place = bounds === null ? null : placeWindow(bounds, workAreas());
  return new BrowserWindow({
    ...(inKiosk ? screenUnder(place) : (place ?? usualSize)),
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

/** The whole screen on which most of a window lies. */
function screenUnder(place: Rectangle | null): Rectangle {
  return (place === null ? screen.getPrimaryDisplay() : screen.getDisplayMatching(place)).bounds;
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
  const { bounds } = state.current();
  const place = bounds === null ? null : placeWindow(bounds, workAreas());
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
