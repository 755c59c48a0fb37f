import { readFileSync } from 'node:fs';
import { BackhaulError } from '../../contract/errors.ts';
import { parseZonesText, type Zones } from './zones.ts';

/**
 * Reads a zones file (SPEC 4.3).
 * @throws BackhaulError `invalid_input` when it cannot be read or used, with what is wrong where
 */
export function readZonesFile(path: string): Zones {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BackhaulError('invalid_input', `The zones file ${path} cannot be read: ${reason}.`, { cause });
  }
  const result = parseZonesText(text);
  if (result.ok) return result.zones;
  throw new BackhaulError('invalid_input', `The zones file ${path} cannot be used: ${result.reason}.`);
}
