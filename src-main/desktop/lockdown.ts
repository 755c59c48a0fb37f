import { app, type Session } from 'electron';
import { appOrigin } from './app-scheme.ts';

/** Denies what a console never needs: permissions, devices, other origins, navigation, windows, webviews. */
export function lockDown(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
  session.webRequest.onBeforeRequest((details, decide) => decide({ cancel: !isOwn(details.url) }));
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-frame-navigate', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}

function isOwn(url: string): boolean {
  return url.startsWith(`${appOrigin}/`) || url.startsWith('devtools://') || url.startsWith('data:');
}
