import { z } from 'zod';
import { configSchema } from './schema.ts';

/** The JSON Schema of config.json, with a description for each key; editors read it by `$schema`. */
export function configJsonSchema(): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(configSchema, { io: 'input' });
  const properties = { $schema: { type: 'string' }, ...rest.properties };
  return { $schema, title: 'Backhaul: config.json', ...rest, properties };
}
