import { readFileSync, statSync } from 'node:fs';
import { type ConfigFault, wholeFile } from './describe-fault.ts';
import { describeJsonFault } from './json-fault.ts';

/** What config.json holds: an empty object where there is none, null where it cannot be read. */
export interface ConfigText {
  readonly exists: boolean;
  readonly value: unknown;
  readonly fault: ConfigFault | null;
  /** what `$schema` says, for editors; undefined where there is none */
  readonly schema?: unknown;
}

export function readConfigFile(path: string): ConfigText {
  let bytes: Buffer;
  try {
    // A pipe would be waited for without an end.
    const stats = statSync(path);
    if (!stats.isFile() && !stats.isDirectory()) return unusable('it is no ordinary file');
    bytes = readFileSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { exists: false, value: {}, fault: null };
    if (code === 'EISDIR') return unusable('it is a folder');
    const advice = code === 'EACCES' ? '; let this account read it and its folder' : '';
    return unusable(`it cannot be read: ${message}${advice}`);
  }
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return unusable('it is written as UTF-16; save it as UTF-8');
  }
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  try {
    return { exists: true, fault: null, ...splitSchema(JSON.parse(text)) };
  } catch {
    return unusable(`is not JSON: ${describeJsonFault(text)}`);
  }
}

/** Editors take `$schema` to offer the keys; it says nothing to us. */
function splitSchema(value: unknown): { readonly value: unknown; readonly schema?: unknown } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { value };
  const { $schema: schema, ...keys } = value as Record<string, unknown>;
  return schema === undefined ? { value: keys } : { value: keys, schema };
}

function unusable(reason: string): ConfigText {
  return { exists: true, value: null, fault: { path: wholeFile, reason } };
}
