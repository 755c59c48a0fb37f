import { resolve } from 'node:path';

/** What the desktop was told on its command line. */
export interface LaunchOptions {
  /** `--data-dir`, made absolute; null when not given */
  readonly dataDir: string | null;
  /** `--kiosk`: full screen, left only with the PIN */
  readonly kiosk: boolean;
}

/** Reads `--data-dir X`, `--data-dir=X` and `--kiosk`; every other argument is Electron's or Chromium's. */
export function readLaunchOptions(argv: readonly string[], callerDir: string): LaunchOptions {
  const flag = '--data-dir';
  const joined = argv.find((argument) => argument.startsWith(`${flag}=`))?.slice(flag.length + 1);
  const at = argv.indexOf(flag);
  const value = joined ?? (at === -1 ? undefined : argv[at + 1]);
  return { dataDir: value ? resolve(callerDir, value) : null, kiosk: argv.includes('--kiosk') };
}
