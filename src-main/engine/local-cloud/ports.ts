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
  const claim = async (port: number, wasOurs: boolean): Promise<number> => {
    const isOurs = !taken.has(port) && (await freesWithin(port, wasOurs ? 1_000 : 0));
    const chosen = isOurs ? port : await freePort(taken);
    taken.add(chosen);
    return chosen;
  };
  const wished = kept ?? someBlock();
  const ports: LocalCloudPorts = {
    gateway: await claim(wished.gateway, kept !== null),
    postgres: await claim(wished.postgres, kept !== null),
    postgrest: await claim(wished.postgrest, kept !== null),
    postgrestAdmin: await claim(wished.postgrestAdmin, kept !== null),
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

/** Four side by side: clouds that start at the same moment rarely choose the same, which only a start would show. */
function someBlock(): LocalCloudPorts {
  const gateway = firstPort + 4 * randomInt((lastPort - firstPort) / 4);
  return { gateway, postgres: gateway + 1, postgrest: gateway + 2, postgrestAdmin: gateway + 3 };
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
