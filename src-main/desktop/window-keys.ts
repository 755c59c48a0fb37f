/** What a key of the window is for, before the page sees it. */
export type KeyMeaning =
  | 'page'
  | 'refused'
  | 'zoomIn'
  | 'zoomOut'
  | 'zoomReset'
  | 'fullScreen'
  | 'close'
  | 'quit';

/** As Electron describes a key that was pressed. */
export interface PressedKey {
  readonly key: string;
  readonly code: string;
  readonly control: boolean;
  readonly meta: boolean;
  readonly alt: boolean;
}

/** Keys that edit a text field or move in it. */
const editing = [
  ...['a', 'c', 'v', 'x', 'y', 'z'],
  ...['arrowleft', 'arrowright', 'arrowup', 'arrowdown', 'home', 'end', 'backspace', 'delete'],
];
const modifiers = ['control', 'meta', 'shift', 'alt', 'altgraph'];
/** Keys of their own that lead out of a page. */
const leading =
  /^(F[2-9]|F1\d|F2\d|Browser.*|Launch.*|Print.*|Help|ContextMenu|Power|Sleep|WakeUp|Eject|Zoom.*)$/u;

/** In the kiosk only what a page itself can use gets through (SPEC 7). */
export function keyMeaning(pressed: PressedKey, kiosk: boolean): KeyMeaning {
  return kiosk ? kioskMeaning(pressed) : usualMeaning(pressed);
}

function kioskMeaning({ key, control, meta, alt }: PressedKey): KeyMeaning {
  if (leading.test(key)) return 'refused';
  const plain = key.toLowerCase();
  if (control && alt && !meta && key.length === 1) return 'page'; // AltGr: a sign of the keyboard
  if (alt && !/^\d$/.test(key) && !modifiers.includes(plain)) return 'refused';
  if ((control || meta) && ![...editing, ...modifiers, 'enter'].includes(plain)) return 'refused';
  return 'page';
}

function usualMeaning({ key, code, control, meta, alt }: PressedKey): KeyMeaning {
  if (key === 'F11') return 'fullScreen';
  if (!(control || meta) || alt) return 'page';
  if (['+', '='].includes(key) || code === 'NumpadAdd') return 'zoomIn';
  if (['-', '_'].includes(key) || code === 'NumpadSubtract') return 'zoomOut';
  if (key === '0' || code === 'Numpad0') return 'zoomReset';
  if (key.toLowerCase() === 'w') return 'close';
  if (key.toLowerCase() === 'q') return 'quit';
  return 'page';
}

const zoomSteps = [0.5, 0.67, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3] as const;

/** The next larger or smaller of the usual sizes. */
export function nextZoom(factor: number, larger: boolean): number {
  const near = 0.01;
  return larger
    ? (zoomSteps.find((step) => step > factor + near) ?? zoomSteps[zoomSteps.length - 1] ?? factor)
    : (zoomSteps.findLast((step) => step < factor - near) ?? zoomSteps[0]);
}
