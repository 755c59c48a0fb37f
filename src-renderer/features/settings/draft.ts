import type { ConfigEntry, ConfigFault, ConfigReport } from '../../../src-main/contract/config-shapes.ts';
import type { Fault } from '../../../src-main/contract/errors.ts';
import { plainTime } from './hours-faults.ts';

/** The keys of config.json that the console changes. */
const settingKeys = [
  'location.id',
  'location.timezone',
  'schedule.enabled',
  'schedule.hourly',
  'schedule.full',
  'health.openingHours',
  'health.silentMinutes',
  'retention.enabled',
  'retention.statesHours',
  'retention.recordsDays',
  'inventory.enable_persistence',
  'inventory.timezone',
  'inventory.low_stock_threshold',
  'inventory.expiration_days',
  'inventory.absence_minutes',
  'inventory.snapshot_interval',
  'inventory.smoothing_method',
  'inventory.smoothing_window',
  'inventory.sale_cooldown_seconds',
  'inventory.alert_cooldown_minutes',
  'inventory.retention_days',
] as const;

export type SettingKey = (typeof settingKeys)[number];
export type Json = ConfigEntry['value'];

/** What was changed and not saved yet; numbers as they were typed. */
export type Draft = Readonly<Partial<Record<SettingKey, Json>>>;

/** What is wrong at a key, in the engine's own words. */
export type KeyFaults = Readonly<Partial<Record<SettingKey, string>>>;

const numbers: ReadonlySet<SettingKey> = new Set([
  'health.silentMinutes',
  'retention.statesHours',
  'retention.recordsDays',
  'inventory.low_stock_threshold',
  'inventory.smoothing_window',
  'inventory.retention_days',
]);

const fractions: ReadonlySet<SettingKey> = new Set([
  'inventory.expiration_days',
  'inventory.absence_minutes',
  'inventory.snapshot_interval',
  'inventory.sale_cooldown_seconds',
  'inventory.alert_cooldown_minutes',
]);

/** What a field shows. */
export function shownValue(config: ConfigReport, draft: Draft, key: SettingKey): Json {
  const changed = draft[key];
  return changed === undefined ? savedValue(config, key) : changed;
}

function savedValue(config: ConfigReport, key: SettingKey): Json {
  if (key !== 'health.openingHours') return entryOf(config, key)?.value ?? null;
  const open = ownValue(config, 'health.openingHours.open');
  const close = ownValue(config, 'health.openingHours.close');
  return typeof open === 'string' && typeof close === 'string' ? { open, close } : null;
}

function ownValue(config: ConfigReport, key: string): Json {
  return config.entries.find((entry) => entry.key === key)?.value ?? null;
}

export function entryOf(config: ConfigReport, key: SettingKey): ConfigEntry | undefined {
  return config.entries.find((entry) => entry.key === key);
}

/** The variable that has a key, or a part of it; null where none does. */
export function lockedBy(config: ConfigReport, key: SettingKey): string | null {
  const parts = config.entries.filter((entry) => entry.key === key || entry.key.startsWith(`${key}.`));
  return parts.find(({ variable }) => variable !== null)?.variable ?? null;
}

/** What is to be sent for the keys that were changed; a number that is none goes as it was typed, to be refused. */
export function patchOf(draft: Draft, keys: readonly SettingKey[]): Record<string, Json> {
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = draft[key];
      return value === undefined ? [] : [[key, typed(key, value)]];
    }),
  );
}

function typed(key: SettingKey, value: Json): Json {
  if (key === 'health.openingHours') return plainHours(value);
  if (typeof value !== 'string') return value;
  const text = value.trim();
  if (numbers.has(key)) return /^\d+$/u.test(text) ? Number(text) : text;
  if (fractions.has(key)) return /^\d+(\.\d+)?$/u.test(text) ? Number(text) : text;
  return (key === 'location.id' || key === 'location.timezone') && text === '' ? null : text;
}

function plainHours(value: Json): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, time]) => [name, typeof time === 'string' ? plainTime(time) : time]),
  );
}

/** Whether a key was changed to something else than what is saved. */
export function isChanged(config: ConfigReport, draft: Draft, key: SettingKey): boolean {
  const value = draft[key];
  if (value === undefined) return false;
  return JSON.stringify(typed(key, value)) !== JSON.stringify(savedValue(config, key));
}

/** Where the engine's refusal belongs; null where it names no field of ours. */
export function faultsAt(fault: Fault): KeyFaults | null {
  const faults = faultsOf(fault);
  const named = faults.flatMap(({ path, reason }) => {
    const key = settingKeys.find((known) => path === known || path.startsWith(`${known}.`));
    return key === undefined ? [] : [[key, reason] as const];
  });
  return named.length === faults.length && named.length > 0 ? Object.fromEntries(named) : null;
}

/** What the engine says of each key it refuses. */
export function faultsOf({ details }: Fault): readonly ConfigFault[] {
  const faults = details?.faults;
  if (!Array.isArray(faults)) return [];
  return faults.map((one: { readonly path?: unknown; readonly reason?: unknown }) => ({
    path: String(one.path),
    reason: String(one.reason),
  }));
}
