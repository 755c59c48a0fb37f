import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';

/** Unix socket paths over 108 bytes fail; 100 leaves room (SPEC 3). */
const longestSocketPath = 100;

/** Where the engine of a data directory is to be found. */
export const engineAddress = z.object({
  pid: z.int(),
  version: z.string(),
  control: z.string(),
  bridge: z.string(),
  /** the loopback API; null where there is none */
  api: z
    .object({
      /** on 127.0.0.1; null while it cannot be had */
      port: z.int().nullable(),
      /** why not, and what to do */
      fault: z.string().nullable(),
    })
    .nullable()
    .default(null),
});
export type EngineAddress = z.infer<typeof engineAddress>;

export interface SocketPaths {
  readonly control: string;
  readonly bridge: string;
}

/** Sockets lie in the data directory, or in the user's runtime folder where the path would be too long. */
export function socketPaths(dataDir: string, runtimeDir: string | null): SocketPaths {
  const full = resolve(dataDir);
  if (process.platform === 'win32') {
    const name = createHash('sha256').update(full.toLowerCase()).digest('hex').slice(0, 16);
    return { control: `\\\\.\\pipe\\backhaul-${name}`, bridge: `\\\\.\\pipe\\backhaul-${name}-bridge` };
  }
  const near = nearPaths(full);
  if (
    Buffer.byteLength(near.bridge) <= longestSocketPath &&
    Buffer.byteLength(near.control) <= longestSocketPath
  )
    return near;
  const folder = join(runtimeDir ?? join(tmpdir(), `backhaul-${userInfo().uid}`), digest(full));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return { control: join(folder, 'engine.sock'), bridge: join(folder, 'bridge.sock') };
}

function nearPaths(dataDir: string): SocketPaths {
  return { control: join(dataDir, 'engine.sock'), bridge: join(dataDir, 'bridge.sock') };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

export function addressFile(dataDir: string): string {
  return join(dataDir, 'engine.json');
}

export function readEngineAddress(dataDir: string): EngineAddress | null {
  try {
    return engineAddress.parse(JSON.parse(readFileSync(addressFile(dataDir), 'utf8')));
  } catch {
    return null;
  }
}

/** Where the sockets of an engine usually lie that could not write its address, on a full disk for instance. */
export function usualEngineAddress(dataDir: string): EngineAddress | null {
  const near = nearPaths(resolve(dataDir));
  return existsSync(near.control) ? { pid: 0, version: 'unknown', ...near, api: null } : null;
}
