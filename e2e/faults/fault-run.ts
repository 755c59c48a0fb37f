import { setTimeout as delay } from 'node:timers/promises';
import type { AttachedEngine } from '../../src-main/engine/rpc/attach.ts';
import { databaseFileName } from '../../src-main/engine/storage/service.ts';
import type { RunningCommand } from '../support/command-line.ts';
import { ndjson } from '../support/records.ts';
import type { Checker } from './checker.ts';
import { act } from './deeds.ts';
import type { FaultCloud } from './fault-cloud.ts';
import { bridgeOf, reap, setWeather } from './life.ts';
import { type Life, makePlan, type Plan } from './plan.ts';
import { createProducer, type Producer } from './producer.ts';
import { openStore, type Store } from './store.ts';

const patienceMs = 25_000;
const clearSky = { seed: 0, latencyMs: 0, jitterMs: 0 };

/** How one seed went. */
export interface FaultReport {
  readonly seed: number;
  /** empty where every promise held */
  readonly faults: readonly string[];
  readonly records: number;
  readonly milliseconds: number;
  /** how the processes under test died, where it was as planned */
  readonly deaths: readonly string[];
  /** what was done and what the processes said, for whoever looks into a fault */
  readonly story: string;
}

/**
 * Lives a store's hard day as its seed says, then lets it come to rest and compares: each record that was acknowledged
 * is in the cloud exactly once with its content, and nothing else is.
 */
export async function runFaults(seed: number, cloud: FaultCloud, library: string): Promise<FaultReport> {
  const began = performance.now();
  const plan = makePlan(seed);
  const store = await openStore(plan, cloud, library);
  const said: string[] = [];
  const faults: string[] = [];
  const deaths: string[] = [];
  const reaper: { heard(acks: number): void } = { heard: () => undefined };
  const producer = createProducer({
    lines: store.recording.lines,
    chunk: plan.chunk,
    pauseMs: plan.pauseMs,
    overlap: plan.overlap,
    onAck: (acks) => reaper.heard(acks),
  });
  const parents = store.recording.lines.length - plan.states;
  store.acknowledged = () => Math.max(0, producer.next() - parents);
  try {
    for (const life of plan.lives) {
      const lived = await live(life, plan, store, producer, reaper);
      said.push(lived.story);
      if (lived.diedAsPlanned) deaths.push(life.death.at);
      if (life.damagedPages > 0) said.push(await store.damage(life.damagedPages));
    }
    said.push(await comeToRest(store, producer, cloud.checker, faults));
    faults.push(...store.lies, ...producer.refusals);
    faults.push(
      ...(await cloud.checker.faults(`${store.dataDir}/${databaseFileName}`, {
        locationId: store.locationId,
        rows: store.expected(),
        sessions: store.sessions(),
        mayLack: store.destroyed,
      })),
    );
    if (said.some((text) => text.includes('a call failed inside'))) faults.push('a call failed inside');
  } catch (error) {
    faults.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    await store.close();
  }
  return {
    seed,
    faults,
    records: store.expected().length,
    milliseconds: performance.now() - began,
    deaths,
    story: `${JSON.stringify(plan, null, 1)}\n${said.join('\n---\n')}`,
  };
}

async function live(
  life: Life,
  plan: Plan,
  store: Store,
  producer: Producer,
  reaper: { heard(acks: number): void },
): Promise<{ readonly story: string; readonly diedAsPlanned: boolean }> {
  store.clock.set(life.clockHours);
  const lines = store.recording.lines.slice(producer.next());
  const process =
    life.kind === 'ingest'
      ? store.start(
          ['ingest', '-', '--ack'],
          ndjson(lines.map((line, index) => ({ ...line, seq: producer.next() + index }))),
        )
      : store.start(life.kind === 'engine' ? ['engine', '--no-api'] : ['sync', '--mode', 'full']);
  const early = life.death.at === 'start' ? reap(process, life.death, store) : null;
  const up = life.kind === 'engine' ? process.says(/engine started/) : process.says(/./);
  await Promise.race([up.catch(() => undefined), process.finished]);
  setWeather(store.proxy, life.weather, plan);
  const death = early ?? reap(process, life.death, store);
  reaper.heard = (acks) => death.acknowledged(acks);
  if (life.kind === 'engine') await workWith(process, life, store, producer);
  const diedAsPlanned = await death.done();
  if (life.kind === 'ingest') hearIngest(process, producer);
  const story = `${life.kind} ${JSON.stringify(life.death)} ${diedAsPlanned}\n${process.output()}`;
  return { story, diedAsPlanned };
}

/** The producer comes back as often as it is cut, for as long as the engine lives. */
async function workWith(
  process: RunningCommand,
  life: Life,
  store: Store,
  producer: Producer,
): Promise<void> {
  const engine = await store.attach();
  if (engine === null) return;
  const dead = process.finished.then(() => 'dead' as const);
  const acts = act(life.acts, { store, process, engine, producer }).finally(() => engine.close());
  const saying = (async () => {
    while (producer.next() < store.recording.lines.length) {
      await producer.say(bridgeOf(store.dataDir));
      if ((await Promise.race([dead, delay(5, 'alive' as const)])) === 'dead') return;
    }
  })();
  void saying.catch(() => undefined);
  await Promise.race([dead, acts]);
}

function hearIngest(process: RunningCommand, producer: Producer): void {
  for (const match of process.output().matchAll(/^\{"type":"ack","seq":(\d+)\}$/gm))
    producer.acknowledgedUpTo(Number(match[1]) + 1);
}

/** The weather clears, an engine stays, the producer says what it has left, and a full run is verified. */
async function comeToRest(
  store: Store,
  producer: Producer,
  checker: Checker,
  faults: string[],
): Promise<string> {
  store.clock.set(0);
  setWeather(store.proxy, [], clearSky);
  const process = await startToStay(store);
  const engine = await store.attach();
  if (engine === null) throw new Error('the last engine cannot be reached');
  try {
    const deadline = performance.now() + patienceMs;
    while (producer.next() < store.recording.lines.length) {
      await Promise.race([producer.say(bridgeOf(store.dataDir)), delay(deadline - performance.now())]);
      if (performance.now() > deadline)
        throw new Error(`only ${producer.next()} of the lines are acknowledged`);
    }
    for (;;) {
      const state = await askForAll(engine);
      // The pages that no question has met so far are looked at soon after the start.
      const done =
        state === 'all is verified' && (await checker.isWhole(`${store.dataDir}/${databaseFileName}`));
      if (done) break;
      if (performance.now() > deadline) throw new Error(`no run is verified in a whole file: ${state}`);
      await delay(100);
    }
  } finally {
    engine.close();
    process.kill('SIGTERM');
  }
  const { code } = await process.finished;
  if (code !== 0) faults.push(`the last engine ended with ${code}`);
  return process.output();
}

/** One full run; what it came to, in words. A disk that was filled may still be so for a moment. */
async function askForAll(engine: AttachedEngine): Promise<string> {
  try {
    const { reasons } = await engine.call('status.get', {});
    const damage = reasons.find(({ code }) => code === 'database_damaged');
    if (damage !== undefined && /being read|tried again/.test(damage.message)) return damage.message;
    const { run } = await engine.call('sync.start', { mode: 'full' });
    const { streams } = await engine.call('status.get', {});
    const waiting = streams.reduce((sum, { pending }) => sum + pending, 0);
    if (run.status === 'success' && run.verified && waiting === 0) return 'all is verified';
    return `${JSON.stringify(run)}, ${waiting} wait`;
  } catch (error) {
    return String(error);
  }
}

/** As a service manager does: an engine that ends before it is up is started again. */
async function startToStay(store: Store): Promise<RunningCommand> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const process = store.start(['engine', '--no-api']);
    try {
      await process.says(/engine started/);
      return process;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await delay(200);
  }
}
