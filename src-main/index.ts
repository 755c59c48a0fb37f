import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, Menu, session } from 'electron';
import { registerAppScheme, serveAppScheme } from './desktop/app-scheme.ts';
import { hostEngine } from './desktop/engine-host.ts';
import { openKeychain } from './desktop/keychain.ts';
import { readLaunchOptions } from './desktop/launch-options.ts';
import { lockDown } from './desktop/lockdown.ts';
import { type Desktop, openDesktop } from './desktop/open-desktop.ts';
import { openPreferences } from './desktop/preferences.ts';
import { openSecretVault } from './desktop/secret-vault.ts';
import { readEnvironment, secretsOf } from './engine/config/environment.ts';
import { createLogFile } from './engine/log/log-file.ts';
import { createLogger } from './engine/log/logger.ts';

const environment = readEnvironment();
const launch = readLaunchOptions(process.argv, environment.callerDir);
const dataDir = launch.dataDir ?? environment.dataDir;
const consoleFolder = join(dataDir, 'console');
mkdirSync(dataDir, { recursive: true, mode: 0o700 });
// One window per data directory: Electron's single-instance lock lies in its own user data.
app.setPath('userData', consoleFolder);

// A page of words and tables needs no graphics processor, and waits for ever for one that does not answer (ADR 0012).
app.commandLine.appendSwitch('disable-gpu');

if (app.requestSingleInstanceLock()) run();
else app.quit();

function run(): void {
  const now = (): Date => new Date();
  const logFile = createLogFile(join(dataDir, 'logs', 'console.log'));
  const log = createLogger('info', now, logFile, secretsOf(environment));
  const vault = app.whenReady().then(async () => {
    const cipher = await openKeychain();
    return cipher === null ? null : openSecretVault(consoleFolder, cipher, log, now);
  });
  const engine = hostEngine({ dataDir, entry: join(import.meta.dirname, 'engine.js'), log, vault });
  const preferences = openPreferences(consoleFolder, log, now);
  let desktop: Desktop | null = null;
  let quitting = false;
  registerAppScheme();
  if (process.platform !== 'darwin') Menu.setApplicationMenu(null);

  void app.whenReady().then(() => {
    serveAppScheme(session.defaultSession, join(import.meta.dirname, '..', 'renderer'));
    lockDown(session.defaultSession);
    desktop = openDesktop({
      dataDir,
      preload: join(import.meta.dirname, '..', 'preload', 'index.cjs'),
      iconFolder: join(import.meta.dirname, '..', '..', 'resources', 'icons'),
      launch,
      log,
      engine,
      preferences,
      hasKeychain: vault.then((found) => found !== null),
      isQuitting: () => quitting,
    });
  });
  app.on('second-instance', (_event, argv, callerDir) => {
    desktop?.launchAgain(readLaunchOptions(argv, callerDir));
  });
  app.on('activate', () => desktop?.launchAgain({ dataDir, kiosk: false }));

  let ended = false;
  app.on('before-quit', () => {
    quitting = true;
  });
  // Only quitting ends the console: a window that is gone is opened again.
  app.on('window-all-closed', () => {
    if (quitting) app.quit();
  });
  app.on('will-quit', (event) => {
    if (ended) return;
    event.preventDefault();
    // While the engine flushes and ends, a new console may open and take over.
    app.releaseSingleInstanceLock();
    void Promise.allSettled([desktop?.close(), engine.stop()]).finally(() => {
      ended = true;
      // In a turn of its own: within this event Electron takes a second quit for the first.
      setImmediate(() => app.quit());
    });
  });
}
