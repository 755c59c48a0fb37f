import { readFileSync, renameSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { z } from 'zod';
import { replacePrivateFile } from './private-file.ts';

/** What a small file of ours holds, and whether it had to be begun anew. */
export interface StoredValue<Value> {
  readonly value: Value;
  /** where the damaged file was kept; null when there was none */
  readonly setAside: string | null;
}

/**
 * Reads a small file of ours. One that is missing gives what the schema makes of nothing; one that is damaged is kept
 * beside under another name and gives the same.
 */
export function readJsonFile<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  now: () => Date,
): StoredValue<z.output<Schema>> {
  const text = readText(path);
  if (text === null) return { value: schema.parse({}), setAside: null };
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return { value: parsed.data, setAside: null };
  const setAside = `${path}.damaged-${now().toISOString().replaceAll(/[:.]/g, '-')}`;
  renameSync(path, setAside);
  return { value: schema.parse({}), setAside };
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Writes a small file of mode 0600 so that a power cut leaves the old one or the new one, never half of one. */
export async function writeJsonFile(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await replacePrivateFile(path, `${JSON.stringify(value, null, 2)}\n`);
}
