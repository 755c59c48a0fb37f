import { setTimeout as delay } from 'node:timers/promises';
import { temporaryFolder } from '../e2e/support/temporary-folder.ts';
import type { Measurement } from './measurement.ts';
import { bridgeLines, openProducer } from './support/bridge-lines.ts';
import { type EngineProcess, startEngineProcess } from './support/engine-process.ts';
import { cpuSecondsOf, descendantsOf, memoryOf } from './support/process-usage.ts';
import { makeRecording } from './support/recording.ts';

const settleMs = 5_000;
const idleSeconds = 20;
const watchedSeconds = 10;

/** An engine that has sent everything and waits, its local cloud running beside it (SPEC 15). */
export const idle: Measurement = {
  name: 'idle',
  async measure() {
    const folder = temporaryFolder('bench-idle');
    const engine = await startEngineProcess(folder.path);
    try {
      await sendSomething(engine);
      await delay(settleMs);
      const alone = await watch(engine.pid, idleSeconds);
      const stopListening = engine.client.subscribe('status.changed', () => undefined);
      const watched = await watch(engine.pid, watchedSeconds);
      stopListening();
      return [
        { name: 'idle engine, processor', value: alone.engine, unit: '%', goal: { of: 'value', atMost: 1 } },
        {
          name: 'idle engine with a console attached, processor',
          value: watched.engine,
          unit: '%',
          goal: { of: 'value', atMost: 1 },
        },
        { name: "its local cloud's processes", value: alone.cloud, unit: '%' },
        {
          name: 'idle engine, resident',
          value: memoryOf(engine.pid).residentMb,
          unit: 'MB',
          goal: { of: 'value', atMost: 150 },
        },
      ];
    } finally {
      await engine.stop();
      folder.remove();
    }
  },
};

async function sendSomething({ client, bridgeSocket }: EngineProcess): Promise<void> {
  const { lines } = bridgeLines(makeRecording({ locationId: 'store_idle', states: 1000, round: 0 }));
  const producer = await openProducer(bridgeSocket);
  await producer.write(lines.join(''));
  await producer.acknowledged(lines.length);
  producer.close();
  const { run } = await client.call('sync.start', { mode: 'full', trigger: 'cli' });
  if (run.status !== 'success') throw new Error(`The run failed: ${run.error}`);
}

/** Share of one processor over some seconds, the engine's and that of the processes it started. */
async function watch(pid: number, seconds: number): Promise<{ engine: number; cloud: number }> {
  const others = descendantsOf(pid);
  const used = (): { engine: number; cloud: number } => ({
    engine: cpuSecondsOf(pid),
    cloud: others.reduce((total, one) => total + cpuSecondsOf(one), 0),
  });
  const before = used();
  const began = performance.now();
  await delay(seconds * 1000);
  const after = used();
  const elapsed = (performance.now() - began) / 1000;
  return {
    engine: ((after.engine - before.engine) / elapsed) * 100,
    cloud: ((after.cloud - before.cloud) / elapsed) * 100,
  };
}
