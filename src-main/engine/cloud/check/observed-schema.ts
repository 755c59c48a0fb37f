import { z } from 'zod';

const names = z.array(z.string());

const column = z.object({
  type: z.string(),
  notNull: z.boolean(),
  /** has a default or is numbered by the cloud */
  filled: z.boolean(),
});

/** a unique index; `columns` holds null for an expression */
const key = z.object({
  name: z.string(),
  constraint: z.string().nullable(),
  primary: z.boolean(),
  usable: z.boolean(),
  nullsNotDistinct: z.boolean(),
  columns: z.array(z.string().nullable()),
});

const policy = z.object({
  name: z.string(),
  command: z.string(),
  permissive: z.boolean(),
  roles: names,
  using: z.string().nullable(),
  check: z.string().nullable(),
});

const relation = z.object({
  isView: z.boolean(),
  rowSecurity: z.boolean(),
  securityInvoker: z.boolean(),
  columns: z.record(z.string(), column),
  keys: z.array(key),
  checks: z.array(z.object({ name: z.string(), definition: z.string() })),
  policies: z.array(policy),
  triggers: names,
  /** a view reads it, so that its columns and its primary key cannot be changed in place */
  readByViews: z.boolean(),
  /** what the role of devices, and the one of nobody, may do: select, insert, update, delete, truncate */
  deviceMay: names,
  anonymousMay: names,
  /** sequences of its columns that devices may not use */
  lackingSequences: names,
});

const foreignKey = z.object({
  name: z.string(),
  /** quoted, with its schema */
  table: z.string(),
  /** its plain name where it is in public */
  from: z.string().nullable(),
  columns: names,
  to: z.string(),
  toColumns: names,
  /** the unique index that it leans on */
  index: z.string(),
});

const observedFunction = z.object({ mayCall: z.boolean().nullable(), body: z.string() });

/** The answer of `backhaul_schema()`: what the cloud's catalogs hold of Backhaul's. */
export const observedSchema = z.object({
  schemaUsage: z.boolean().nullable(),
  relations: z.record(z.string(), relation),
  foreignKeys: z.array(foreignKey),
  /** by name: whether devices may call it, and the MD5 of its body */
  functions: z.record(z.string(), observedFunction),
});

export type ObservedSchema = z.infer<typeof observedSchema>;
export type ObservedRelation = z.infer<typeof relation>;
export type ObservedKey = z.infer<typeof key>;
export type ObservedForeignKey = z.infer<typeof foreignKey>;
export type ObservedFunction = z.infer<typeof observedFunction>;
