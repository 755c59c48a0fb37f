import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { BackhaulError } from '../../contract/errors.ts';
import { readIfPresent, replacePrivateFile } from '../files/private-file.ts';
import type { LocalCloudPaths } from './paths.ts';

const portsSchema = z.object({
  gateway: z.int().positive(),
  postgres: z.int().positive(),
  postgrest: z.int().positive(),
  postgrestAdmin: z.int().positive(),
});

export type LocalCloudPorts = z.infer<typeof portsSchema>;

/** Below the range from which Linux takes ports for outgoing connections, so that they stay ours. */
const firstPort = 20_000;
const lastPort = 32_000;

/**
 * The ports of this data directory. They stay the same from start to start; one that another program has
 * taken meanwhile is replaced. Only the holder of the supervisor's lock may call this.
 */
export async function claimPorts(paths: LocalCloudPaths): Promise<LocalCloudPorts> {
  const kept = await readPorts(paths);
  const taken = new Set<number>();
  const claim = async (port: number | undefined): Promise<number> => {
    const chosen =
      port !== undefined && !taken.has(port) && (await freesWithin(port, 1_000))
        ? port
        : await freePort(taken);
    taken.add(chosen);
    return chosen;
  };
  const ports: LocalCloudPorts = {
    gateway: await claim(kept?.gateway),
    postgres: await claim(kept?.postgres),
    postgrest: await claim(kept?.postgrest),
    postgrestAdmin: await claim(kept?.postgrestAdmin),
  };
  if (JSON.stringify(ports) !== JSON.stringify(kept)) {
    await replacePrivateFile(paths.ports, `${JSON.stringify(ports, null, 2)}\n`);
  }
  return ports;
}

async function readPorts(paths: LocalCloudPaths): Promise<LocalCloudPorts | null> {
  const text = await readIfPresent(paths.ports);
  try {
    return text === null ? null : portsSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

async function freePort(taken: ReadonlySet<number>): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = randomInt(firstPort, lastPort);
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new BackhaulError(
    'unavailable',
    'No free network port was found on this computer for the local cloud.',
  );
}

/** A process of the previous supervisor may still be on its way out. */
async function freesWithin(port: number, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (!(await isFree(port))) {
    if (Date.now() >= deadline) return false;
    await delay(50);
  }
  return true;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ host: '127.0.0.1', port, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
