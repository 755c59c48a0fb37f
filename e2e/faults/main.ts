import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fakeTimeLibrary } from './fake-time.ts';
import { startFaultCloud } from './fault-cloud.ts';
import { type FaultReport, runFaults } from './fault-run.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '25' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    jobs: { type: 'string', default: String(availableParallelism()) },
  },
});
const runs = Number(values.runs);
const first = Number(values.seed);
const cloud = await startFaultCloud();
const failed: FaultReport[] = [];
const deaths = new Map<string, number>();
let next = first;
let done = 0;
let records = 0;
const began = performance.now();
if (process.getuid?.() !== 0)
  console.log('not as root: no disk is filled and no file read-only in these runs');
console.log(`seeds ${first} to ${first + runs - 1}, ${values.jobs} at once`);

async function work(): Promise<void> {
  while (next < first + runs) {
    const seed = next;
    next += 1;
    const report = await runFaults(seed, cloud, fakeTimeLibrary());
    done += 1;
    records += report.records;
    for (const death of report.deaths) deaths.set(death, (deaths.get(death) ?? 0) + 1);
    if (report.faults.length > 0) tell(report);
    else if (done % 25 === 0) console.log(`${done} runs, ${failed.length} failed, ${records} records`);
  }
}

function tell(report: FaultReport): void {
  failed.push(report);
  const folder = join('.test-output', 'faults');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `seed-${report.seed}.txt`);
  writeFileSync(path, `${report.faults.join('\n')}\n\n${report.story}\n`);
  console.log(`FAILED seed ${report.seed}: ${report.faults[0]}\n  its story is in ${path}`);
  console.log(`  again: npm run faults -- --runs 1 --seed ${report.seed}`);
}

try {
  await Promise.all(Array.from({ length: Number(values.jobs) }, work));
} finally {
  await cloud.close();
}
const seconds = (performance.now() - began) / 1000;
console.log(
  `${records} records in ${seconds.toFixed(0)} s, ${(seconds / Math.max(1, done)).toFixed(2)} s a run`,
);
console.log(`died as planned: ${[...deaths].map(([at, times]) => `${at} ${times}`).join(', ')}`);
if (failed.length > 0) console.log(`seeds that failed: ${failed.map(({ seed }) => seed).join(' ')}`);
console.log(`${done - failed.length} passed, ${failed.length} failed`);
process.exitCode = failed.length === 0 && done === runs ? 0 : 1;
