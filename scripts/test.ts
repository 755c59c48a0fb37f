import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type ElectronRuntime, resolveElectron } from './electron-runtime.ts';
import { projectRoot, runCommand } from './run-command.ts';
import { staticChecks } from './static-checks.ts';
import { ensureSystemPackages } from './system-packages.ts';
import { type Failure, failureLines, readPlaywrightFailures, readVitestFailures } from './test-failures.ts';
import {
  addTallies,
  isGreen,
  readPlaywrightTally,
  readVitestTally,
  type Tally,
  tallyLine,
} from './test-tally.ts';
import { openVirtualDisplay } from './virtual-display.ts';

const outputFolder = join(projectRoot, '.test-output');
/** As many windows at a time: each of them waits for a third of its time, for its engine or its cloud. */
const displayCount = 3;
const onePassed: Tally = { passed: 1, failed: 0, skipped: 0 };
const oneFailed: Tally = { passed: 0, failed: 1, skipped: 0 };
/** What failed so far, to be named at the end of the run. */
const failures: Failure[] = [];

function heading(text: string): void {
  console.log(`\n== ${text}`);
}

async function runChecks(): Promise<Tally> {
  heading('checks of the source');
  const tallies: Tally[] = [];
  const waiting = [...staticChecks];
  const work = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const problem = await check.run();
      console.log(`${problem === '' ? 'ok    ' : 'FAILED'} ${check.name}`);
      if (problem !== '') {
        console.log(problem);
        failures.push({ where: 'checks of the source', name: check.name, problem });
      }
      tallies.push(problem === '' ? onePassed : oneFailed);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return addTallies(tallies);
}

/** Keeps what a runner's report names; a runner that failed and names nothing is named itself. */
function counted(runner: string, tally: Tally, named: readonly Failure[]): Tally {
  failures.push(...named);
  if (tally.failed > 0 && named.length === 0) {
    failures.push({
      where: runner,
      name: 'the run failed outside of a test; its output above says how',
      problem: '',
    });
  }
  return tally;
}

async function runUnitTests(): Promise<Tally> {
  heading('tests of the engine and the command line');
  const report = join(outputFolder, 'vitest.json');
  const { code } = await runCommand(
    ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    'console',
    // The tests start the command line some hundred times; what it compiled once it need not compile again.
    { NODE_COMPILE_CACHE: join(outputFolder, 'compiled') },
  );
  return counted('vitest', readVitestTally(report, code), readVitestFailures(report));
}

async function buildApplication(): Promise<Tally> {
  heading('build');
  const { code, output } = await runCommand(['electron-vite', 'build'], 'kept', { NO_COLOR: '1' });
  console.log(code === 0 ? 'ok     electron-vite build' : `FAILED electron-vite build\n${output}`);
  if (code !== 0) failures.push({ where: 'build', name: 'electron-vite build', problem: output });
  return code === 0 ? onePassed : oneFailed;
}

async function runWindowTests(electron: ElectronRuntime): Promise<Tally> {
  heading(`tests of the window (Electron ${electron.version}, ${electron.origin})`);
  const report = join(outputFolder, 'playwright.json');
  const displays =
    process.platform === 'linux'
      ? await Promise.all(Array.from({ length: displayCount }, () => openVirtualDisplay()))
      : [];
  try {
    const { code } = await runCommand(['playwright', 'test'], 'console', {
      BACKHAUL_ELECTRON: electron.executable,
      ...(displays.length > 0 ? { BACKHAUL_DISPLAYS: displays.map(({ name }) => name).join(' ') } : {}),
    });
    return counted('Playwright', readPlaywrightTally(report, code), readPlaywrightFailures(report));
  } finally {
    await Promise.all(displays.map((display) => display.close()));
  }
}

/** Counts a stage that throws as one failure and goes on, so that a run always reports all it can. */
async function guarded(stage: () => Promise<Tally>): Promise<Tally> {
  try {
    return await stage();
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    console.log(`FAILED ${problem}`);
    failures.push({ where: 'the run', name: 'a stage ended early', problem });
    return oneFailed;
  }
}

async function prepareWindows(): Promise<ElectronRuntime | string> {
  heading('what the window tests need');
  const system = await ensureSystemPackages((line) => console.log(line));
  if (!system.ready) return system.problem;
  try {
    const electron = await resolveElectron((line) => console.log(`electron: ${line}`));
    console.log(`ok     Electron ${electron.version} (${electron.origin})`);
    return electron;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function runEverything(): Promise<Tally> {
  const electron = await prepareWindows();
  if (typeof electron === 'string') console.log(`FAILED ${electron}`);
  const checks = await guarded(runChecks);
  const units = await guarded(runUnitTests);
  const built = await guarded(buildApplication);
  const windows = await guarded(async () => {
    if (typeof electron === 'string') throw new Error(`the window tests did not run: ${electron}`);
    if (built.failed > 0) throw new Error('the window tests did not run: there is no build');
    return await runWindowTests(electron);
  });
  return addTallies([checks, units, built, windows]);
}

rmSync(outputFolder, { recursive: true, force: true });
mkdirSync(outputFolder, { recursive: true });
const total = process.argv.includes('--checks-only') ? await runChecks() : await runEverything();
console.log('');
for (const line of failureLines(failures)) console.log(line);
console.log(tallyLine(total));
process.exitCode = isGreen(total) ? 0 : 1;
