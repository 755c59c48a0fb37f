import { z } from 'zod';
import { configSchema } from './schema.ts';

/** A key of config.json that holds a value; the groups around it are none. */
export interface ConfigKey {
  readonly path: readonly string[];
  /** `sync.batchSize` */
  readonly name: string;
  /** `BACKHAUL_SYNC_BATCH_SIZE` */
  readonly variable: string;
  readonly schema: z.ZodType;
}

/** Every key that has a value, in the schema's order; a group that may be null comes before the keys in it. */
export const configKeys: readonly ConfigKey[] = keysOf(configSchema, []);

function keysOf(schema: z.ZodType, path: readonly string[]): readonly ConfigKey[] {
  const { inner, nullable } = unwrap(schema);
  const own = { path, name: path.join('.'), variable: variableOf(path), schema };
  if (!(inner instanceof z.ZodObject)) return [own];
  const children = Object.entries(inner.shape).flatMap(([name, child]) =>
    keysOf(child as z.ZodType, [...path, name]),
  );
  return nullable ? [own, ...children] : children;
}

function variableOf(path: readonly string[]): string {
  const words = path.map((part) => part.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase());
  return ['BACKHAUL', ...words].join('_');
}

/** The schema at a path, null where there is none. */
export function schemaAt(path: readonly PropertyKey[]): z.ZodType | null {
  let schema: z.ZodType = configSchema;
  for (const part of path) {
    const { inner } = unwrap(schema);
    const next: unknown =
      inner instanceof z.ZodObject
        ? (inner.shape as Record<PropertyKey, unknown>)[part]
        : inner instanceof z.ZodArray
          ? inner.element
          : undefined;
    if (!(next instanceof z.ZodType)) return null;
    schema = next;
  }
  return schema;
}

/** The names of the keys and groups directly inside the group at a path. */
export function namesAt(path: readonly PropertyKey[]): readonly string[] {
  const schema = schemaAt(path);
  const inner = schema === null ? null : unwrap(schema).inner;
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

/** What a value must be, in words: `a whole number from 1 to 1000`. */
export function expectation(schema: z.ZodType): string {
  const { inner, nullable } = unwrap(schema);
  return nullable ? `${bareExpectation(inner)} or null` : bareExpectation(inner);
}

function bareExpectation(inner: z.ZodType): string {
  if (inner instanceof z.ZodNumber)
    return `a ${inner.isInt ? 'whole ' : ''}number from ${inner.minValue} to ${inner.maxValue}`;
  if (inner instanceof z.ZodBoolean) return 'true or false';
  if (inner instanceof z.ZodEnum) return `one of ${inner.options.join(', ')}`;
  if (inner instanceof z.ZodArray) return 'a list in [ ] of texts, with at least one';
  if (inner instanceof z.ZodObject) return 'a group of keys in { }';
  if (!(inner instanceof z.ZodString)) return 'another value';
  const most = inner.maxLength === null ? '' : `, at most ${inner.maxLength} characters`;
  return inner.minLength === 1 ? `a text that is not empty${most}` : `a text${most}`;
}

function unwrap(schema: z.ZodType): { readonly inner: z.ZodType; readonly nullable: boolean } {
  let inner = schema;
  let nullable = false;
  while (inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault || inner instanceof z.ZodNullable) {
    nullable ||= inner instanceof z.ZodNullable;
    inner = inner.unwrap() as z.ZodType;
  }
  return { inner, nullable };
}
