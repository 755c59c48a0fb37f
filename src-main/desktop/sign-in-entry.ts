import { app } from 'electron';
import { autostartEntry, type LaunchCommand, type SignInEntry } from './open-at-sign-in.ts';

/** How this system opens this console at sign-in. */
export function signInEntry(dataDir: string): SignInEntry {
  const command: LaunchCommand = [
    process.execPath,
    ...(app.isPackaged ? [] : [app.getAppPath()]),
    ...process.argv.filter((argument) => argument === '--no-sandbox'),
    '--data-dir',
    dataDir,
  ];
  if (process.platform === 'linux') return autostartEntry(app.getPath('appData'), command);
  const [path, ...args] = command;
  return { set: async (on) => app.setLoginItemSettings({ openAtLogin: on, path, args }) };
}
