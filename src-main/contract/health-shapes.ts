import { z } from 'zod';

export const healthLevel = z.enum(['ok', 'info', 'warning', 'critical']);

/** What is looked at (SPEC 6). The name is what a face translates, `message` the same in plain English. */
export const healthCheck = z.object({
  name: z.enum([
    'schedule',
    'capture',
    'disk',
    'failures',
    'verification',
    'buffer',
    'clock',
    'cameras',
    'other_sync',
    'conflicts',
    'damage',
    'backups',
  ]),
  level: healthLevel,
  message: z.string(),
  /** the numbers and names in the message */
  values: z.record(z.string(), z.union([z.string(), z.number()])),
});

/** The worst level, and every check with its own. */
export const health = z.object({ level: healthLevel, checks: z.array(healthCheck) });

export type HealthLevel = z.infer<typeof healthLevel>;
export type HealthCheck = z.infer<typeof healthCheck>;
export type HealthReport = z.infer<typeof health>;
