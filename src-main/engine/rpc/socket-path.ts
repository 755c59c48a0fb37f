import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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
  const near = { control: join(full, 'engine.sock'), bridge: join(full, 'bridge.sock') };
  if (
    Buffer.byteLength(near.bridge) <= longestSocketPath &&
    Buffer.byteLength(near.control) <= longestSocketPath
  )
    return near;
  const folder = join(runtimeDir ?? join(tmpdir(), `backhaul-${userInfo().uid}`), digest(full));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return { control: join(folder, 'engine.sock'), bridge: join(folder, 'bridge.sock') };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function addressFile(dataDir: string): string {
  return join(dataDir, 'engine.json');
}

/** Written when the engine listens; read by whoever wants to attach. */
export function writeEngineAddress(dataDir: string, address: EngineAddress): void {
  const path = addressFile(dataDir);
  writeFileSync(`${path}.new`, `${JSON.stringify(address)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

export function removeEngineAddress(dataDir: string): void {
  rmSync(addressFile(dataDir), { force: true });
}

export function readEngineAddress(dataDir: string): EngineAddress | null {
  try {
    return engineAddress.parse(JSON.parse(readFileSync(addressFile(dataDir), 'utf8')));
  } catch {
    return null;
  }
}
