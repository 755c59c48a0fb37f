import { temporaryFolder } from '../support/temporary-folder.ts';
import { cutPower } from './power-loss-cuts.ts';
import { checkOrder } from './power-loss-order.ts';
import { readTraced } from './power-loss-trace.ts';

/** Repeats what a failed test saw: node e2e/faults/power-loss-replay.ts TRACE SEED CUTS */
const [file = '', seed = '1', cuts = '300'] = process.argv.slice(2);
const folder = temporaryFolder('replay');
try {
  const traced = readTraced(file);
  const { faults } = checkOrder(traced);
  const options = { ...traced, folder: folder.path, seed: Number(seed), cuts: Number(cuts) };
  for (const fault of [...faults, ...(await cutPower(options))]) console.log(fault);
} finally {
  folder.remove();
}
