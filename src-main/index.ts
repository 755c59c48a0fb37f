import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, Menu, session } from 'electron';
import { registerAppScheme, serveAppScheme } from './desktop/app-scheme.ts';
import { openDesktop } from './desktop/desktop-port.ts';
import { hostEngine } from './desktop/engine-host.ts';
import { notifyOfHealth } from './desktop/health-notifications.ts';
import { listenIpc } from './desktop/ipc-host.ts';
import { readLaunchOptions } from './desktop/launch-options.ts';
import { lockDown } from './desktop/lockdown.ts';
import { openPreferences } from './desktop/preferences.ts';
import { focusWindow, openWindow } from './desktop/window.ts';
import { readEnvironment, secretsOf } from './engine/config/environment.ts';
import { createLogFile } from './engine/log/log-file.ts';
import { createLogger } from './engine/log/logger.ts';

const environment = readEnvironment();
const dataDir = readLaunchOptions(process.argv, environment.callerDir).dataDir ?? environment.dataDir;
mkdirSync(dataDir, { recursive: true, mode: 0o700 });
// One window per data directory: Electron's single-instance lock lies in its own user data.
app.setPath('userData', join(dataDir, 'console'));

if (app.requestSingleInstanceLock()) run();
else app.quit();

function run(): void {
  const log = createLogger(
    'info',
    () => new Date(),
    createLogFile(join(dataDir, 'logs', 'console.log')),
    secretsOf(environment),
  );
  const engine = hostEngine({ dataDir, entry: join(import.meta.dirname, 'engine.js'), log });
  const preferences = openPreferences(join(dataDir, 'console'), log, () => new Date());
  registerAppScheme();
  if (process.platform !== 'darwin') Menu.setApplicationMenu(null);

  void app.whenReady().then(() => {
    serveAppScheme(session.defaultSession, join(import.meta.dirname, '..', 'renderer'));
    lockDown(session.defaultSession);
    listenIpc({ engine: engine.port, desktop: openDesktop({ engine, preferences }) });
    notifyOfHealth(engine.port);
    const preload = join(import.meta.dirname, '..', 'preload', 'index.cjs');
    const icons = join(import.meta.dirname, '..', '..', 'resources', 'icons');
    const window = openWindow(preload, icons);
    app.on('second-instance', () => {
      if (window.isDestroyed()) app.relaunch();
      else focusWindow(window);
    });
  });

  let engineStopped = false;
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', (event) => {
    if (engineStopped) return;
    event.preventDefault();
    // While the engine flushes and ends, a new console may open and take over.
    app.releaseSingleInstanceLock();
    void engine.stop().finally(() => {
      engineStopped = true;
      // In a turn of its own: within this event Electron takes a second quit for the first.
      setImmediate(() => app.quit());
    });
  });
}
