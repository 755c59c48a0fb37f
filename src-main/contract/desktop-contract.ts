import { z } from 'zod';
import { type CallNameOf, call, callOf, type EventNameOf, event, eventOf } from './define.ts';
import { summarySelection } from './inventory-shapes.ts';
import { runSelection } from './report-shapes.ts';

const nothing = z.object({}).strict();

const language = z.enum(['system', 'en', 'zh-CN', 'zh-TW']);
const theme = z.enum(['system', 'light', 'dark', 'contrast']);
const clock = z.enum(['store', 'utc']);

/** What a person chose for this console; kept beside the window's state, not in the engine's configuration. */
export const preferences = z.object({
  language: language.default('system'),
  theme: theme.default('system'),
  /** times in the store's zone, or in UTC */
  clock: clock.default('store'),
  /** desktop notifications when health turns critical and when it recovers */
  notifications: z.boolean().default(true),
  /** the console opens by itself when this user signs in to the computer */
  openAtSignIn: z.boolean().default(false),
  /** opens full screen, left only with the PIN */
  kiosk: z.boolean().default(false),
  /** single keys such as ? do something; off for whoever speaks to the computer or presses keys by accident */
  keyShortcuts: z.boolean().default(true),
  /** the guided set-up was ended or skipped */
  setUpDone: z.boolean().default(false),
});

/** A change names what it changes; defaults here would set all else back. */
const preferencesChange = z.strictObject({
  language: language.optional(),
  theme: theme.optional(),
  clock: clock.optional(),
  notifications: z.boolean().optional(),
  openAtSignIn: z.boolean().optional(),
  kiosk: z.boolean().optional(),
  keyShortcuts: z.boolean().optional(),
  setUpDone: z.boolean().optional(),
});

/** How the engine stands, as the console's main process sees it. */
export const engineState = z.object({
  /** `failed`: it does not start; tried again with growing pauses */
  state: z.enum(['starting', 'running', 'failed']),
  /** ISO, since when it is so */
  since: z.string(),
  /** started by this console, or one that ran already */
  own: z.boolean(),
  /** how often it had to be started again since the console opened */
  restarts: z.int().min(0),
  /** why it does not start, in its own words */
  reason: z.string().nullable(),
});

export const desktopInfo = z.object({
  version: z.string(),
  /** the languages the system prefers, the first one first */
  systemLanguages: z.array(z.string()),
  /** now full screen and locked */
  kiosk: z.boolean(),
  kioskPinSet: z.boolean(),
  /** where this console keeps secrets: the system's keychain, or a file that only its owner can read */
  secretStorage: z.enum(['keychain', 'plain_text']),
  /** whether the system can open the console at sign-in */
  canOpenAtSignIn: z.boolean(),
  /** whether there is a tray or dock to close the window to */
  tray: z.boolean(),
});

/** Where a file was written; null when the person closed the dialog. */
export const savedFile = z.object({ path: z.string().nullable() });

const inventoryFormat = z.enum(['csv', 'json', 'pdf']);

const pin = z.string().regex(/^\d{4,12}$/u, 'a PIN is 4 to 12 digits');

/** The answer to a PIN: how many tries are left, and until when none is taken. */
export const pinOutcome = z.object({
  accepted: z.boolean(),
  triesLeft: z.int().min(0),
  /** ISO; null while tries are taken */
  lockedUntil: z.string().nullable(),
});

/**
 * What the console's page asks of its own main process, over the same three channels as the engine's contract. Names
 * begin with `desktop.`; nothing here touches records.
 */
export const desktopContract = {
  'desktop.info': call(nothing, desktopInfo),
  'desktop.engine': call(nothing, engineState),
  /** Ends the engine this console started and starts it anew, so that changed settings count. Faults: conflict where it is not ours. */
  'desktop.restartEngine': call(nothing, nothing),
  'desktop.preferences': call(nothing, preferences),
  /**
   * Changes what is named, keeps the rest, and answers all. Faults: storage; misconfigured for `kiosk` without a PIN;
   * unauthorized for `kiosk` and `openAtSignIn` while the kiosk is locked.
   */
  'desktop.setPreferences': call(preferencesChange, preferences),
  /** Asks where, then writes the runs that are selected, newest first. Faults: storage, unavailable. */
  'desktop.exportHistory': call(
    z.object({ format: z.enum(['csv', 'json']), selection: runSelection }).strict(),
    savedFile,
  ),
  /**
   * Asks where, then writes a day or week of the inventory: sales by product and hour, turnover, what expired. Faults:
   * storage, unavailable, locked in the kiosk.
   */
  'desktop.exportInventory': call(
    z.strictObject({ format: inventoryFormat, selection: summarySelection }),
    savedFile,
  ),
  /** Asks where, then writes what helps a technician, with no secret in it. Faults: storage, unavailable. */
  'desktop.saveDiagnostics': call(nothing, savedFile),
  /** Puts a text on the clipboard; the page itself has no permission for it. */
  'desktop.copyText': call(z.object({ text: z.string().max(2_000_000) }).strict(), nothing),
  /** Full screen and locked. Faults: misconfigured without a PIN. */
  'desktop.enterKiosk': call(nothing, nothing),
  /** Leaves the kiosk for the PIN; five wrong ones close the way for a while. */
  'desktop.leaveKiosk': call(z.object({ pin }).strict(), pinOutcome),
  /** Sets or changes the kiosk's PIN; `current` is needed where one is set. */
  'desktop.setKioskPin': call(z.object({ pin, current: z.string().nullable() }).strict(), pinOutcome),
  /** Flushes, ends the engine this console started, and closes. Faults: locked in the kiosk. */
  'desktop.quit': call(nothing, nothing),

  'desktop.engineChanged': event(engineState),
  'desktop.preferencesChanged': event(preferences),
  'desktop.infoChanged': event(desktopInfo),
  /** The tray asks for a view, or for the sync button's run. */
  'desktop.asked': event(z.object({ view: z.string().nullable(), sync: z.boolean() })),
} as const;

export type DesktopContract = typeof desktopContract;

export type DesktopCallName = CallNameOf<DesktopContract>;

export type DesktopEventName = EventNameOf<DesktopContract>;

/** True for the name of a call of the desktop's contract, whatever a stranger sent. */
export function isDesktopCallName(name: unknown): name is DesktopCallName {
  return callOf(desktopContract, name) !== undefined;
}

/** True for the name of an event of the desktop's contract. */
export function isDesktopEventName(name: unknown): name is DesktopEventName {
  return eventOf(desktopContract, name) !== undefined;
}

/** What a caller passes (defaults may be left out). */
export type DesktopCallInput<Name extends DesktopCallName> = z.input<DesktopContract[Name]['input']>;
/** What a handler receives (defaults filled in). */
export type DesktopParsedInput<Name extends DesktopCallName> = z.output<DesktopContract[Name]['input']>;
export type DesktopCallOutput<Name extends DesktopCallName> = z.output<DesktopContract[Name]['output']>;
export type DesktopEventPayload<Name extends DesktopEventName> = z.output<DesktopContract[Name]['payload']>;

/** What the desktop tells, by name. */
export type DesktopPayloads = { readonly [Name in DesktopEventName]: DesktopEventPayload<Name> };

export type Preferences = z.infer<typeof preferences>;
export type PreferencesChange = z.infer<typeof preferencesChange>;
export type EngineState = z.infer<typeof engineState>;
export type DesktopInfo = z.infer<typeof desktopInfo>;
export type InventoryFormat = z.infer<typeof inventoryFormat>;
export type PinOutcome = z.infer<typeof pinOutcome>;
