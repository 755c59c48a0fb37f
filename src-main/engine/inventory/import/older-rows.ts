import { z } from 'zod';
import { alertSeverity, alertType } from '../../../contract/inventory-shapes.ts';
import { utcText } from '../../storage/service.ts';

export const olderTables = ['product_freshness', 'alerts_log', 'sales_log', 'inventory_snapshots'] as const;
export type OlderTable = (typeof olderTables)[number];

export type Row = Readonly<Record<string, string | number | null>>;

/** What a column that an older file lacks is made of. */
export interface Fillings {
  /** the text of timestamp_est */
  readonly displayTime: (epochMs: number) => string;
  readonly expirationDays: number;
  /** epoch seconds of the import */
  readonly nowUtc: number;
  /** readings are followed here already: what an older script left open nobody follows any more */
  readonly isFollowed: boolean;
}

export interface OlderTableRules {
  /** columns without which nothing can be made of a row */
  readonly needed: readonly string[];
  /** columns by which a row is known to be here already */
  readonly key: readonly string[];
  /** @throws z.ZodError for a row that no row of ours can hold */
  read(row: unknown, fillings: Fillings): Row;
  /** columns that a row of ours goes without where nothing can be made of them */
  readonly dispensable?: z.ZodType<Readonly<Record<string, unknown>>>;
}

/** What a column must hold. */
const meanings: Readonly<Record<string, string>> = {
  ...{ timestamp_utc: 'seconds since 1970', first_seen_utc: 'seconds since 1970' },
  ...{ last_seen_utc: 'seconds since 1970', product_name: 'a name of 1 to 200 characters' },
  ...{ inventory_json: 'counts by product as JSON', metadata_json: 'an object as JSON' },
  ...{ frame_number: 'a whole number', total_items: 'a whole number from 0 on' },
  quantity_delta: 'a whole number of items by which the stock fell',
  ...{ inventory_before: 'a whole number from 0 on', inventory_after: 'a whole number from 0 on' },
  ...{ alert_type: 'low_stock or expiration', severity: 'info, warning or critical' },
  ...{ acknowledged: '0 or 1', is_expired: '0 or 1', expiration_days: 'days from 0 to 3650' },
};

/** What is wrong with a row, in words. */
export function rowFault({ issues: [issue] }: z.ZodError): string {
  const column = String(issue?.path[0] ?? 'a column');
  return `${column} must hold ${meanings[column] ?? 'text'}`;
}

const lastSecond = 253_402_300_799;
const seconds = z.number().min(0).max(lastSecond);
const count = z.int().min(0);
const name = z.string().min(1).max(200);
/** kept where it is UTC text as SQLite writes it */
const createdAt = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}/)
  .nullish()
  .catch(null);
const head = { timestamp_utc: seconds, timestamp_est: z.string().nullish(), created_at: createdAt };

const jsonOf = <Output>(schema: z.ZodType<Output>) =>
  z.string().refine((text) => schema.safeParse(parsed(text)).success, 'is not the JSON that belongs there');

const snapshot = z.object({
  ...{ timestamp_utc: seconds, frame_number: z.int().nullish(), total_items: count.nullish() },
  inventory_json: jsonOf(z.record(z.string(), count)),
  created_at: createdAt,
});
const sale = z
  .object({
    ...head,
    product_name: name,
    quantity_delta: z.int().nullish(),
    inventory_before: count.nullish(),
    inventory_after: count.nullish(),
  })
  .transform((row) => ({ ...row, quantity_delta: soldBy(row) }))
  .refine(({ quantity_delta }) => quantity_delta >= 0, { path: ['quantity_delta'] });
const metadata = z.object({ metadata_json: jsonOf(z.record(z.string(), z.json())).nullish() });
const alert = z.object({
  ...head,
  ...{ alert_type: alertType, product_name: name, severity: alertSeverity.nullish() },
  message: z.string().nullish(),
  metadata_json: metadata.shape.metadata_json.catch(null),
  acknowledged: z.int().min(0).max(1).nullish(),
  superseded_utc: seconds.nullish(),
});
const freshness = z.object({
  ...{ product_name: name, first_seen_utc: seconds, last_seen_utc: seconds.nullish() },
  is_expired: z.int().min(0).max(1).nullish(),
  expiration_days: z.number().positive().max(3650).nullish(),
  ...{ updated_at: z.string().nullish(), created_at: createdAt },
});

/** The four tables of SPEC 9, as older scripts wrote them. */
export const olderTableRules: Readonly<Record<OlderTable, OlderTableRules>> = {
  inventory_snapshots: {
    needed: ['timestamp_utc', 'inventory_json'],
    key: ['timestamp_utc', 'inventory_json'],
    read(given) {
      const row = snapshot.parse(given);
      const counts = Object.values(parsed(row.inventory_json) as Record<string, number>);
      return {
        timestamp_utc: row.timestamp_utc,
        frame_number: row.frame_number ?? null,
        total_items: row.total_items ?? counts.reduce((sum, one) => sum + one, 0),
        inventory_json: row.inventory_json,
        created_at: row.created_at ?? createdThen(row.timestamp_utc),
      };
    },
  },
  sales_log: {
    needed: ['timestamp_utc', 'product_name', 'quantity_delta'],
    key: ['timestamp_utc', 'product_name', 'quantity_delta'],
    read(given, { displayTime }) {
      const { timestamp_utc, timestamp_est, created_at, ...row } = sale.parse(given);
      const { quantity_delta } = row;
      const inventory_after = row.inventory_after ?? 0;
      return {
        timestamp_utc,
        timestamp_est: timestamp_est ?? displayTime(timestamp_utc * 1000),
        product_name: row.product_name,
        quantity_delta,
        inventory_before: row.inventory_before ?? inventory_after + quantity_delta,
        inventory_after,
        created_at: created_at ?? createdThen(timestamp_utc),
      };
    },
  },
  alerts_log: {
    needed: ['timestamp_utc', 'alert_type', 'product_name'],
    key: ['timestamp_utc', 'alert_type', 'product_name'],
    dispensable: metadata,
    read(given, { displayTime, isFollowed, nowUtc }) {
      const { timestamp_utc, timestamp_est, created_at, ...row } = alert.parse(given);
      return {
        timestamp_utc,
        timestamp_est: timestamp_est ?? displayTime(timestamp_utc * 1000),
        alert_type: row.alert_type,
        product_name: row.product_name,
        severity: row.severity ?? 'warning',
        message: row.message ?? '',
        metadata_json: withEnd(row.metadata_json ?? null, row.superseded_utc ?? (isFollowed ? nowUtc : null)),
        acknowledged: row.acknowledged ?? 0,
        created_at: created_at ?? createdThen(timestamp_utc),
      };
    },
  },
  product_freshness: {
    needed: ['product_name', 'first_seen_utc'],
    key: ['product_name'],
    read(given, { expirationDays, nowUtc }) {
      const row = freshness.parse(given);
      return {
        product_name: row.product_name,
        first_seen_utc: row.first_seen_utc,
        last_seen_utc: row.last_seen_utc ?? row.first_seen_utc,
        is_expired: row.is_expired ?? 0,
        expiration_days: row.expiration_days ?? expirationDays,
        updated_at: row.updated_at ?? createdThen(nowUtc),
        created_at: row.created_at ?? createdThen(row.first_seen_utc),
      };
    },
  },
};

interface OlderSale {
  readonly quantity_delta?: number | null | undefined;
  readonly inventory_before?: number | null | undefined;
  readonly inventory_after?: number | null | undefined;
}

/**
 * What was sold is what the stock fell by (SPEC 9). Where a script wrote the change of the stock instead, -3 for 10 to 7,
 * its sign is turned round; what else is below 0 is a rise, which is no sale.
 */
function soldBy({ quantity_delta, inventory_before, inventory_after }: OlderSale): number {
  const delta = quantity_delta ?? 0;
  const change = (inventory_after ?? Number.NaN) - (inventory_before ?? Number.NaN);
  return delta < 0 && delta === change ? -delta : delta;
}

/** Older scripts never wrote when the cause of an alert was gone: it was at the next of its kind at the latest. */
function withEnd(metadata: string | null, supersededUtc: number | null): string | null {
  const known = (metadata === null ? {} : parsed(metadata)) as Record<string, unknown>;
  if (supersededUtc === null || 'resolved_utc' in known) return metadata;
  return JSON.stringify({ ...known, resolved_utc: supersededUtc });
}

function createdThen(utc: number): string {
  return utcText(new Date(utc * 1000));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
