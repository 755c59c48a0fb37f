import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How the system opens a program at sign-in. */
export interface SignInEntry {
  set(on: boolean): Promise<void>;
}

/** What must be run, the program first. */
export type LaunchCommand = readonly [program: string, ...args: string[]];

/** A freedesktop autostart entry in the user's configuration folder; removed when it is off. */
export function autostartEntry(configFolder: string, command: LaunchCommand): SignInEntry {
  const folder = join(configFolder, 'autostart');
  const path = join(folder, 'backhaul.desktop');
  return {
    async set(on) {
      if (!on) return await rm(path, { force: true });
      await mkdir(folder, { recursive: true });
      await writeFile(path, desktopEntry(command));
    },
  };
}

function desktopEntry(command: LaunchCommand): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Backhaul',
    `Exec=${command.map(quoteExec).join(' ')}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/** As the Desktop Entry Specification quotes an argument: in quotes, escaped there, and escaped once more as a string. */
function quoteExec(argument: string): string {
  const inQuotes = argument.replaceAll(/(["`$\\])/gu, '\\$1').replaceAll('%', '%%');
  return `"${inQuotes.replaceAll('\\', '\\\\')}"`;
}
