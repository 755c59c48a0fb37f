import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '../contract/client.ts';
import { BackhaulError } from '../contract/errors.ts';
import { secretsOf } from '../engine/config/environment.ts';
import { type Engine, startEngine } from '../engine/engine.ts';
import { createLogFile } from '../engine/log/log-file.ts';
import { createLogger } from '../engine/log/logger.ts';
import { type AttachedEngine, attachEngine } from '../engine/rpc/attach.ts';
import type { CommandContext } from './context.ts';

/** The engine of the data directory: one that runs already, or our own. */
export type EngineSession =
  | { readonly kind: 'own'; readonly client: Client; readonly engine: Engine }
  | { readonly kind: 'attached'; readonly client: Client; readonly engine: AttachedEngine };

interface SessionOptions {
  /** the command only asks, and must answer also where the disk lets no engine begin (SPEC 8) */
  readonly looks?: boolean;
}

const patienceMs = 15_000;
const answerWithinMs = 8000;
const noteAfterMs = 2000;

/**
 * Does the work with the running engine, or owns one for as long as it and every other client need it (SPEC 3).
 * When the owner dies in the middle, the work is begun once more, with an engine of our own if need be.
 */
export async function withEngine<T>(
  context: CommandContext,
  work: (session: EngineSession) => Promise<T>,
  options: SessionOptions = {},
): Promise<T> {
  try {
    return await once(context, work, options);
  } catch (error) {
    if (!isEngineGone(error)) throw error;
    return once(context, work, options);
  }
}

/** The same for a command that only asks: it answers from what can be read where the disk lets no engine begin. */
export function askEngine<T>(
  context: CommandContext,
  ask: (session: EngineSession) => Promise<T>,
): Promise<T> {
  const noted = (session: EngineSession): Promise<T> => {
    const reason = session.kind === 'own' ? session.engine.waitsFor() : null;
    if (reason !== null) context.output.note(`backhaul: ${reason} What could be read is told.`);
    return ask(session);
  };
  return withEngine(context, noted, { looks: true });
}

async function once<T>(
  context: CommandContext,
  work: (session: EngineSession) => Promise<T>,
  options: SessionOptions,
): Promise<T> {
  const session = await openSession(context, options);
  try {
    return await work(session);
  } finally {
    await end(context, session);
  }
}

/** Our own engine stays until its last client is done. */
async function end(context: CommandContext, session: EngineSession): Promise<void> {
  if (session.kind === 'own') {
    const note = setTimeout(
      () =>
        context.output.note(
          'Done; staying until other clients of this engine, or the reading of a damaged file, are done.',
        ),
      noteAfterMs,
    );
    await session.engine.quiet();
    clearTimeout(note);
  }
  await session.engine.close();
}

/** True where the engine that was attached to ended before it answered. */
export function isEngineGone(error: unknown): boolean {
  return error instanceof BackhaulError && error.details?.engineGone === true;
}

async function openSession(context: CommandContext, options: SessionOptions): Promise<EngineSession> {
  const config = context.config();
  const now = (): Date => new Date();
  const log = createLogger(
    config.log.level,
    now,
    createLogFile(join(context.dataDir, 'logs', 'engine.log')),
    secretsOf(context.environment),
  );
  const ports = { environment: context.environment, log, now, random: Math.random, stays: false };
  const own = async (looks: boolean): Promise<EngineSession> => {
    const engine = await startEngine(config, { ...ports, looks });
    return { kind: 'own', client: engine.client, engine };
  };
  const deadline = performance.now() + patienceMs;
  for (;;) {
    let refusal: unknown;
    try {
      return await own(false);
    } catch (error) {
      refusal = error;
    }
    if (!isEngineRunning(refusal) && !isDisk(refusal)) throw refusal;
    const attached = await attachEngine(context.dataDir);
    if (attached !== null) {
      await requireAnswer(attached, context.dataDir);
      return { kind: 'attached', client: attached, engine: attached };
    }
    if (isDisk(refusal)) {
      if (options.looks !== true) throw refusal;
      return own(true);
    }
    if (performance.now() > deadline) {
      const words = `An engine holds ${context.dataDir} but does not answer. Nothing was changed; try again, or end that process.`;
      throw new BackhaulError('unavailable', words);
    }
    await delay(50);
  }
}

/** An engine that was stopped in mid-air takes connections and never answers. */
async function requireAnswer(engine: AttachedEngine, dataDir: string): Promise<void> {
  const silent = Symbol('silent');
  const timer = new AbortController();
  const first = await Promise.race([
    engine.call('engine.info', {}),
    delay(answerWithinMs, silent, { signal: timer.signal }).catch(() => silent),
  ]);
  timer.abort();
  if (first !== silent) return;
  engine.close();
  throw new BackhaulError(
    'unavailable',
    `The engine of ${dataDir} (process ${engine.address.pid}) takes the call but does not answer. What was acknowledged is safe; look at that process with "backhaul doctor", end it if it hangs, and try again.`,
  );
}

/** The disk lets no engine begin here; one that began before may still run. */
function isDisk(error: unknown): boolean {
  return error instanceof BackhaulError && error.code === 'storage';
}

function isEngineRunning(error: unknown): boolean {
  return error instanceof BackhaulError && error.details?.engineRunning === true;
}
