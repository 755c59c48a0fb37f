import { z } from 'zod';

/** One key of config.json (SPEC 13). */
export const configEntry = z.object({
  /** `sync.batchSize` */
  key: z.string(),
  /** what counts after the next start of the engine; null is a value */
  value: z.json(),
  default: z.json(),
  source: z.enum(['default', 'file', 'environment']),
  /** the variable that wins over the file; null where none does */
  variable: z.string().nullable(),
  /** true where the console cannot change it: a variable has it, or records have fixed it */
  locked: z.boolean(),
  /** the running engine has another value */
  waitsForRestart: z.boolean(),
  description: z.string(),
});

export const configFault = z.object({ path: z.string(), reason: z.string() });

export const configReport = z.object({
  path: z.string(),
  exists: z.boolean(),
  entries: z.array(configEntry),
  /** of the file as it lies there now */
  faults: z.array(configFault),
  restartNeeded: z.boolean(),
  /** the location that records have fixed; null while it can be chosen */
  fixedLocationId: z.string().nullable(),
});

/** Values by key; a key in `reset` goes back to its default. */
export const configPatch = z.strictObject({
  values: z.record(z.string(), z.json()).default({}),
  reset: z.array(z.string()).default([]),
});

export const configSaved = z.object({
  /** true: the engine must be started anew for it to count */
  restartNeeded: z.boolean(),
});

export type ConfigEntry = z.infer<typeof configEntry>;
export type ConfigFault = z.infer<typeof configFault>;
export type ConfigReport = z.infer<typeof configReport>;
export type ConfigPatch = z.output<typeof configPatch>;
