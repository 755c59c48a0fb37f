import { setTimeout as delay } from 'node:timers/promises';
import { startBackhaul } from '../../e2e/support/command-line.ts';
import { type AttachedEngine, attachEngine } from '../../src-main/engine/rpc/attach.ts';

/** `backhaul engine` as a process of its own, as a service runs it. */
export interface EngineProcess {
  readonly pid: number;
  readonly client: AttachedEngine;
  readonly bridgeSocket: string;
  stop(): Promise<void>;
}

/** A project that never answers, so that no local cloud of the engine's own shares the processor. */
export const noCloud: Readonly<Record<string, string>> = {
  SUPABASE_URL: 'http://127.0.0.1:9',
  SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_bench',
  BACKHAUL_DEVICE_TOKEN: 'bench',
};

const longestMs = 300_000;
const readyWithinMs = 20_000;

export async function startEngineProcess(
  dataDir: string,
  env: Readonly<Record<string, string>> = {},
): Promise<EngineProcess> {
  const command = startBackhaul(['engine'], { dataDir, env, withinMs: longestMs });
  const end = (): void => command.kill('SIGTERM');
  process.on('exit', end);
  const client = await reach(dataDir).catch((error: unknown) => {
    command.kill();
    throw new Error(`The engine did not start: ${String(error)}\n${command.output()}`);
  });
  return {
    pid: client.address.pid,
    client,
    bridgeSocket: client.address.bridge,
    async stop() {
      client.close();
      end();
      await command.finished;
      process.off('exit', end);
    },
  };
}

/** Resolves when the engine's local cloud answers. */
export async function cloudReady(client: AttachedEngine): Promise<void> {
  const deadline = performance.now() + readyWithinMs;
  while ((await client.call('status.get', {})).cloud.reachable !== true) {
    if (performance.now() > deadline) throw new Error('The local cloud did not become ready.');
    await delay(100);
  }
}

async function reach(dataDir: string): Promise<AttachedEngine> {
  const deadline = performance.now() + readyWithinMs;
  for (;;) {
    const client = await attachEngine(dataDir);
    if (client !== null) return client;
    if (performance.now() > deadline) throw new Error('it does not answer');
    await delay(25);
  }
}
