import { execFile } from 'node:child_process';

const answerWithinMs = 3_000;
/** A panel may come up after a console that opens at sign-in. */
const looksAfterMs = [1_500, 5_000, 30_000, 120_000] as const;

/** Asks the session's bus whether a name is taken; each is a tool that comes with some bus. */
const questions: readonly (readonly [string, readonly string[]])[] = [
  [
    'dbus-send',
    [
      '--session',
      '--print-reply=literal',
      '--dest=org.freedesktop.DBus',
      '/org/freedesktop/DBus',
      'org.freedesktop.DBus.NameHasOwner',
      'string:org.kde.StatusNotifierWatcher',
    ],
  ],
  [
    'gdbus',
    [
      'call',
      '--session',
      '--dest=org.freedesktop.DBus',
      '--object-path=/org/freedesktop/DBus',
      '--method=org.freedesktop.DBus.NameHasOwner',
      'org.kde.StatusNotifierWatcher',
    ],
  ],
];

/**
 * Whether there is something that shows tray icons. Windows and macOS always have it; on Linux a desktop may have none,
 * and an icon would be shown nowhere without any fault.
 */
export async function hasTrayHost(
  platform: NodeJS.Platform = process.platform,
  askBus = ask,
): Promise<boolean> {
  if (platform !== 'linux') return true;
  for (const [program, args] of questions) {
    const answer = await askBus(program, args);
    if (answer !== null) return /\btrue\b/u.test(answer);
  }
  return false;
}

/** Null where the tool is not there; an empty answer where there is no bus. */
export function ask(program: string, args: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(program, [...args], { timeout: answerWithinMs }, (error, stdout) => {
      if (error && error.code === 'ENOENT') resolve(null);
      else resolve(error ? '' : stdout);
    });
  });
}

/** Tells once when there is a tray, now or in the first minutes. Returns how to stop looking. */
export function awaitTrayHost(onFound: () => void, look: () => Promise<boolean> = hasTrayHost): () => void {
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const [first = 0, ...later] = looksAfterMs;
  const next = (afterMs: number, rest: readonly number[]): void => {
    timer = setTimeout(() => {
      void look().then((found) => {
        if (stopped) return;
        if (found) onFound();
        else if (rest[0] !== undefined) next(rest[0], rest.slice(1));
      });
    }, afterMs);
  };
  next(first, later);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
