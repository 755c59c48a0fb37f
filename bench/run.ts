import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ackLatency } from './ack-latency.ts';
import { capture } from './capture.ts';
import { coldStart } from './cold-start.ts';
import { consoleWindow } from './console-window.ts';
import { fullSync } from './full-sync.ts';
import { idle } from './idle.ts';
import { type Figure, isMet, type Measurement } from './measurement.ts';
import { pendingMemory } from './pending-memory.ts';
import { figureTable } from './support/figure-table.ts';
import { describeMachine, machineText } from './support/machine.ts';

/**
 * `npm run bench [-- NAME …]`: measures, prints one table and, where no name chose a part, writes
 * `bench/results.json` (SPEC 15). Exit code 0 when everything could be measured, 1 when something could not, 2 for
 * a name that is none.
 */
const measurements: readonly Measurement[] = [
  capture,
  ackLatency,
  fullSync,
  pendingMemory,
  idle,
  coldStart,
  consoleWindow,
];
const resultsPath = fileURLToPath(new URL('results.json', import.meta.url));

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !measurements.some((one) => one.name === name));
  if (unknown.length > 0) {
    const known = measurements.map((one) => one.name).join(', ');
    process.stderr.write(`There is no measurement ${unknown.join(', ')}. Measurements: ${known}.\n`);
    return 2;
  }
  const chosen = measurements.filter((one) => names.length === 0 || names.includes(one.name));
  const began = performance.now();
  const machine = describeMachine();
  const done = await measureAll(chosen);
  const figures = done.flatMap((one) => one.figures);
  const failed = done.filter((one) => one.error !== null);
  process.stdout.write(`\n${machineText(machine)}\n\n${figureTable(figures)}\n`);
  for (const { name, error } of failed) process.stdout.write(`${name} could not be measured: ${error}\n`);
  const seconds = Math.round((performance.now() - began) / 1000);
  if (names.length === 0) {
    const results = { date: new Date().toISOString(), seconds, ...machine, measurements: done.map(asResult) };
    writeFileSync(resultsPath, `${JSON.stringify(results, null, 2)}\n`);
  }
  const kept = names.length === 0 ? 'written to' : 'a part of all, so not written to';
  process.stdout.write(`\n${seconds} s; ${kept} bench/results.json\n`);
  return failed.length === 0 ? 0 : 1;
}

interface Done {
  readonly name: string;
  readonly seconds: number;
  readonly figures: readonly Figure[];
  readonly error: string | null;
}

/** One after the other; one that fails stops no other. */
async function measureAll(chosen: readonly Measurement[]): Promise<Done[]> {
  const done: Done[] = [];
  for (const { name, measure } of chosen) {
    const say = (line: string): void => void process.stderr.write(`${name}: ${line}\n`);
    say('…');
    const began = performance.now();
    let figures: readonly Figure[] = [];
    let error: string | null = null;
    try {
      figures = await measure(say);
    } catch (cause) {
      error = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    }
    done.push({ name, seconds: Math.round((performance.now() - began) / 1000), figures, error });
  }
  return done;
}

function asResult({ figures, ...rest }: Done): object {
  return { ...rest, figures: figures.map((one) => ({ ...one, met: isMet(one) })) };
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
process.exitCode = await main(process.argv.slice(2));
