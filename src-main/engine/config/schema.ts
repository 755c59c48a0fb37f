import { z } from 'zod';

/** An IANA zone that this runtime knows. */
export const timeZone = z
  .string()
  .refine(isTimeZone, { error: 'is not a known IANA time zone such as Asia/Shanghai' });

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const location = z.strictObject({
  /** the box's one location; when left out the first one seen is kept (SPEC 3) */
  id: z.string().min(1).max(200).nullable().default(null),
  /** overrides the zone of the location's row */
  timezone: timeZone.nullable().default(null),
});

const capture = z.strictObject({
  /** a detector to start and supervise: program and arguments; its standard output is the bridge */
  command: z.array(z.string().min(1)).min(1).nullable().default(null),
  /** records per transaction at most, before a backlog */
  batchSize: z.int().min(1).max(1000).default(100),
  /** longest time a record waits for its transaction, milliseconds */
  flushIntervalMs: z.int().min(1).max(10_000).default(250),
});

const sync = z.strictObject({
  /** records per request at most; a slow cloud gets fewer */
  batchSize: z.int().min(1).max(1000).default(1000),
  /** requests of one stream under way at once */
  lanes: z.int().min(1).max(16).default(8),
  /** longest time one request may take, milliseconds */
  requestTimeoutMs: z.int().min(1000).max(600_000).default(30_000),
  /** tries of one batch before the run gives it up */
  attempts: z.int().min(1).max(20).default(5),
});

const cloud = z.strictObject({
  /** the Supabase project; the local cloud when left out */
  url: z.string().min(1).nullable().default(null),
});

const log = z.strictObject({
  level: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
});

/** config.json (SPEC 13): every key has a default, an unknown key is a fault. Secrets have no key here. */
export const configSchema = z.strictObject({
  location: location.prefault({}),
  capture: capture.prefault({}),
  sync: sync.prefault({}),
  cloud: cloud.prefault({}),
  log: log.prefault({}),
});

export type ConfigFile = z.output<typeof configSchema>;
