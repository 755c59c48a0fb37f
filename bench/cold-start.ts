import { spawnSync } from 'node:child_process';
import { backhaul } from '../e2e/support/command-line.ts';
import { temporaryFolder } from '../e2e/support/temporary-folder.ts';
import type { Figure, Measurement } from './measurement.ts';
import { noCloud, startEngineProcess } from './support/engine-process.ts';
import { alternating, compared } from './support/rounds.ts';

const rounds = 5;

/** From the call of `status` to its end, against what starting Node takes by itself. */
export const coldStart: Measurement = {
  name: 'cold-start',
  async measure() {
    const folder = temporaryFolder('bench-start');
    try {
      const own = await statusFigure(folder.path, 'status, with an engine of its own');
      const engine = await startEngineProcess(folder.path, noCloud);
      const attached = await statusFigure(folder.path, 'status, attached to a running engine').finally(() =>
        engine.stop(),
      );
      return [own, attached];
    } finally {
      folder.remove();
    }
  },
};

async function statusFigure(dataDir: string, name: string): Promise<Figure> {
  const [status = [], node = []] = await alternating(
    rounds,
    async () => {
      const { code, stderr, durationMs } = await backhaul(['status', '--json'], { dataDir, env: noCloud });
      if (code !== 0) throw new Error(`status ended with ${code}: ${stderr}`);
      return durationMs;
    },
    async () => {
      const began = performance.now();
      spawnSync(process.execPath, ['-e', '0']);
      return performance.now() - began;
    },
  );
  return compared(status, node, { name, unit: 'ms', against: 'node -e 0', ratioIs: 'over' });
}
