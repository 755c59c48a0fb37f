import { z } from 'zod';
import { cronPattern } from './cron-pattern.ts';
import { eachNameOnce, productName } from './product-names.ts';
import { timeOfDay, timeZone } from './time-values.ts';

const location = z.strictObject({
  id: z
    .string()
    .min(1)
    .max(200)
    .nullable()
    .default(null)
    .describe("the box's one location; null keeps the first one that is seen"),
  timezone: timeZone.nullable().default(null).describe("IANA time zone; null takes the location row's own"),
});

const capture = z.strictObject({
  command: z
    .array(z.string().min(1))
    .min(1)
    .nullable()
    .default(null)
    .describe('a detector to start and supervise: program and arguments; its standard output is the bridge'),
  batchSize: z
    .int()
    .min(1)
    .max(1000)
    .default(100)
    .describe('records per transaction at most, before a backlog'),
  flushIntervalMs: z
    .int()
    .min(1)
    .max(10_000)
    .default(250)
    .describe('longest time a record waits for its transaction, milliseconds'),
});

const sync = z.strictObject({
  batchSize: z
    .int()
    .min(1)
    .max(1000)
    .default(1000)
    .describe('records per request at most; a slow cloud gets fewer'),
  lanes: z.int().min(1).max(16).default(12).describe('requests of one stream under way at once'),
  requestTimeoutMs: z
    .int()
    .min(1000)
    .max(600_000)
    .default(30_000)
    .describe('longest time one request may take, milliseconds'),
  attempts: z.int().min(1).max(20).default(5).describe('tries of one batch before the run gives it up'),
  catchUp: z
    .boolean()
    .default(true)
    .describe('a long-running engine follows with a full run when an hourly one leaves older records'),
});

const schedule = z.strictObject({
  enabled: z.boolean().default(true).describe('whether a long-running engine syncs by itself'),
  hourly: cronPattern
    .nullable()
    .default('0 11-23 * * *')
    .describe("when the hourly run begins, five cron fields in the store's time zone; null for never"),
  full: cronPattern
    .nullable()
    .default('0 3 * * *')
    .describe("when the full run begins, five cron fields in the store's time zone; null for never"),
});

const retention = z.strictObject({
  enabled: z.boolean().default(true).describe('whether anything is deleted after a run'),
  statesHours: z
    .int()
    .min(1)
    .max(8760)
    .default(24)
    .describe('age at which synced and verified state rows are deleted, hours'),
  recordsDays: z
    .int()
    .min(1)
    .max(3650)
    .default(90)
    .describe('age at which runs, resolved quarantine and refused lines are deleted, days'),
});

const openingHours = z
  .strictObject({
    open: timeOfDay.default('11:00').describe("when the store opens, HH:MM in the store's time zone"),
    close: timeOfDay
      .default('23:00')
      .describe('when it closes, HH:MM; earlier than open means on the next day; 24:00 is midnight'),
  })
  .refine(({ open, close }) => open !== close, {
    error: 'open and close are the same time; for a store that never closes take 00:00 and 24:00',
  });

const health = z.strictObject({
  openingHours: openingHours
    .nullable()
    .prefault({})
    .describe('when cameras are expected to speak; null means never, so that no silence is warned of'),
  silentMinutes: z
    .int()
    .min(1)
    .max(1440)
    .default(10)
    .describe('how long a camera may be silent in opening hours, minutes'),
  bufferMegabytes: z
    .int()
    .min(16)
    .max(1_048_576)
    .default(1024)
    .describe('size of the database file from which on it is warned of, megabytes of 1,048,576 bytes'),
});

const cloud = z.strictObject({
  url: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('address of the Supabase project; null for the local cloud'),
});

const product = z.strictObject({
  name: productName.describe('the name that counts, sales and alerts are kept under'),
  aliases: z
    .array(productName)
    .max(50)
    .default([])
    .describe('other names that the detector may use for it; their counts are added up'),
  low_stock_threshold: z
    .int()
    .min(0)
    .max(1_000_000)
    .nullable()
    .default(null)
    .describe('low at this count or below; null takes inventory.low_stock_threshold'),
  expiration_days: z
    .number()
    .positive()
    .max(3650)
    .nullable()
    .default(null)
    .describe('days after which it counts as expired; null takes inventory.expiration_days'),
});

const inventory = z.strictObject({
  enable_persistence: z
    .boolean()
    .default(true)
    .describe('whether snapshots, sales and alerts are stored; the live view goes on without'),
  timezone: timeZone
    .default('America/New_York')
    .describe('IANA time zone of display times, hours and days of the inventory'),
  snapshot_interval: z
    .number()
    .min(0.1)
    .max(3600)
    .default(5)
    .describe('a snapshot is kept so often, seconds'),
  smoothing_method: z
    .enum(['median', 'mean', 'mode'])
    .default('median')
    .describe('how the last readings of a product become one count'),
  smoothing_window: z.int().min(1).max(1000).default(10).describe('so many readings are smoothed'),
  expiration_days: z
    .number()
    .positive()
    .max(3650)
    .default(5)
    .describe('a product that was first seen longer ago counts as expired, days'),
  absence_minutes: z
    .number()
    .min(0)
    .max(525_600)
    .default(30)
    .describe('a product that was away for so long is new when it is seen again, minutes'),
  low_stock_threshold: z
    .int()
    .min(0)
    .max(1_000_000)
    .default(2)
    .describe('a product is low at this count or below, unless it has its own threshold'),
  sale_min_delta: z.int().min(1).max(1_000_000).default(1).describe('a smaller fall of the count is no sale'),
  sale_cooldown_seconds: z
    .number()
    .min(0)
    .max(86_400)
    .default(10)
    .describe('so long after a sale of a product the next one waits to be written, seconds'),
  alert_cooldown_minutes: z
    .number()
    .min(0)
    .max(525_600)
    .default(60)
    .describe('so long an alert of a product is not repeated; a worse one always comes, minutes'),
  retention_days: z
    .int()
    .min(1)
    .max(3650)
    .default(30)
    .describe('age at which what is in the cloud is deleted here, days; the last 100 of each stay'),
  products: z
    .array(product)
    .max(500)
    .default(
      [
        { name: 'Passion Fruit', aliases: ['Island Passion Fruit'] },
        { name: 'Maui Custard' },
        { name: 'Lemon Cake', aliases: ['Kilauea Lemon Cake'] },
        { name: 'Mango', low_stock_threshold: 3 },
        { name: 'Watermelon' },
        { name: 'Pineapple' },
      ].map((one) => ({ aliases: [], low_stock_threshold: null, expiration_days: null, ...one })),
    )
    .superRefine(eachNameOnce)
    .describe('products that are tracked, with their other names; an empty list tracks all'),
});

const api = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe('whether a long-running engine answers other programs of this box over HTTP'),
  port: z
    .int()
    .min(0)
    .max(65_535)
    .default(8080)
    .describe('its port on 127.0.0.1; 0 takes any that is free, engine.json says which'),
});

const backup = z.strictObject({
  enabled: z.boolean().default(true).describe('whether a long-running engine backs up its database daily'),
  keep: z.int().min(1).max(365).default(7).describe('so many backups are kept, the oldest go'),
});

const log = z.strictObject({
  level: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('the least that is logged'),
});

/** config.json (SPEC 13): every key has a default, an unknown key is a fault. Secrets have no key here. */
export const configSchema = z.strictObject({
  location: location.prefault({}).describe('the store this box stands in'),
  capture: capture.prefault({}).describe('how records come in'),
  sync: sync.prefault({}).describe('how records go to the cloud'),
  schedule: schedule.prefault({}).describe('when a long-running engine syncs'),
  retention: retention.prefault({}).describe('what is deleted when'),
  health: health.prefault({}).describe('what is warned of'),
  cloud: cloud.prefault({}).describe('where records go'),
  inventory: inventory.prefault({}).describe('stock, freshness, sales and alerts'),
  api: api.prefault({}).describe('the interface for other programs of this box'),
  backup: backup.prefault({}).describe('copies of the database'),
  log: log.prefault({}).describe('what is logged'),
});

export type ConfigFile = z.output<typeof configSchema>;
