import { join } from 'node:path';
import { z } from 'zod';
import { readJsonFile, writeJsonFile } from '../engine/files/json-file.ts';
import type { Logger } from '../engine/log/logger.ts';

const rectangle = z.object({ x: z.int(), y: z.int(), width: z.int().min(1), height: z.int().min(1) });

const windowState = z.object({
  /** of the window when it is not maximised; null until it was opened once */
  bounds: rectangle.nullable().default(null),
  maximized: z.boolean().default(false),
  /** the person was told that a closed window goes on working, where no tray shows it */
  toldOfHiding: z.boolean().default(false),
});

export type Rectangle = z.infer<typeof rectangle>;
export type WindowState = z.infer<typeof windowState>;

/** Where the window was, over restarts. */
export interface WindowStateStore {
  current(): WindowState;
  change(part: Partial<WindowState>): void;
  /** resolves when what was changed is on disk */
  flush(): Promise<void>;
}

const settleMs = 400;

/** One file in the console's folder; a window that is being dragged is written once it rests. */
export function openWindowState(consoleFolder: string, log: Logger, now: () => Date): WindowStateStore {
  const path = join(consoleFolder, 'window.json');
  let current = readJsonFile(path, windowState, now).value;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let last: Promise<void> = Promise.resolve();

  function write(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const state = current;
    last = last.then(() =>
      writeJsonFile(path, state).catch((error: unknown) => {
        log.warn('where the window was could not be stored', { reason: String(error) });
      }),
    );
    return last;
  }

  return {
    current: () => current,
    change(part) {
      current = { ...current, ...part };
      timer ??= setTimeout(() => void write(), settleMs);
    },
    flush: () => (timer === null ? last : write()),
  };
}

/** Of a window that was never opened before. */
export const usualSize = { width: 1280, height: 800 } as const;
/** As much of a window must be seen as one can take hold of. */
const leastSeen = { width: 120, height: 60 } as const;

/**
 * Where to open the window: as it was, where enough of it would be seen on one of the screens, else in the middle of
 * the first screen. Never larger than its screen.
 * @param screens the work areas, the primary one first
 */
export function placeWindow(wanted: Rectangle | null, screens: readonly Rectangle[]): Rectangle | null {
  const [primary] = screens;
  if (primary === undefined) return wanted;
  const screen = wanted === null ? undefined : screens.find((one) => isReachable(wanted, one));
  const area = screen ?? primary;
  const width = Math.min(wanted?.width ?? usualSize.width, area.width);
  const height = Math.min(wanted?.height ?? usualSize.height, area.height);
  if (wanted !== null && screen !== undefined) return { x: wanted.x, y: wanted.y, width, height };
  return {
    x: area.x + Math.round((area.width - width) / 2),
    y: area.y + Math.round((area.height - height) / 2),
    width,
    height,
  };
}

/** The top edge, by which a window is moved, must be on the screen. */
function isReachable(window: Rectangle, screen: Rectangle): boolean {
  const seen = Math.min(window.x + window.width, screen.x + screen.width) - Math.max(window.x, screen.x);
  const top = window.y >= screen.y - 1 && window.y <= screen.y + screen.height - leastSeen.height;
  return top && seen >= leastSeen.width;
}
