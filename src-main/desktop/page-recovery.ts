import type { BrowserWindow } from 'electron';
import type { Logger } from '../engine/log/logger.ts';
import { createReloadPace } from './reload-pace.ts';

const unresponsiveMs = 4_000;
/** A page of this size loads in well under a second; one that takes so long has been seen never to end. */
const longestLoadMs = 6_000;
/** Chromium's code for a load that another load replaced. */
const aborted = -3;

/**
 * Loads the page again when its process has died, hangs, or could not load. The sync is in another process and goes on
 * (SPEC 7).
 */
export function recoverPage(window: BrowserWindow, log: Logger): void {
  const contents = window.webContents;
  const pace = createReloadPace(() => performance.now());
  let hanging: ReturnType<typeof setTimeout> | undefined;
  let loading: ReturnType<typeof setTimeout> | undefined;
  let waiting: ReturnType<typeof setTimeout> | undefined;

  function loadAgain(): void {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      if (!window.isDestroyed()) contents.reload();
    }, pace());
  }

  contents.on('did-start-loading', () => {
    clearTimeout(loading);
    loading = setTimeout(() => {
      if (window.isDestroyed() || !contents.isLoadingMainFrame()) return;
      log.warn('the page does not finish loading');
      contents.forcefullyCrashRenderer();
    }, longestLoadMs);
  });
  contents.on('did-stop-loading', () => clearTimeout(loading));
  contents.on('render-process-gone', (_event, { reason, exitCode }) => {
    clearTimeout(hanging);
    clearTimeout(loading);
    log.error('the page’s process has gone', { reason, exitCode });
    loadAgain();
  });
  contents.on('did-fail-load', (_event, code, description, _url, isMainFrame) => {
    if (!isMainFrame || code === aborted) return;
    log.error('the page did not load', { code, description });
    loadAgain();
  });
  window.on('unresponsive', () => {
    log.warn('the page does not answer');
    clearTimeout(hanging);
    hanging = setTimeout(() => {
      if (!window.isDestroyed()) contents.forcefullyCrashRenderer();
    }, unresponsiveMs);
  });
  window.on('responsive', () => clearTimeout(hanging));
  window.once('closed', () => {
    clearTimeout(hanging);
    clearTimeout(loading);
    clearTimeout(waiting);
  });
}
