import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLogger } from '../log/logger.ts';
import { division, openTestCapture, type TestCapture, until } from './capture-fixture.ts';
import { superviseChild } from './supervised-child.ts';
import { systemTimers } from './timers.ts';

let one: TestCapture | null = null;
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'detector-'));
});
afterEach(async () => {
  await one?.close();
  one = null;
  rmSync(folder, { recursive: true, force: true });
});

/** Pauses are a hundred times shorter than for real. */
const quick = {
  ...systemTimers(() => new Date()),
  after: (ms: number, work: () => void) => systemTimers(() => new Date()).after(ms / 100, work),
};

async function supervise(source: string, timers = quick): Promise<TestCapture> {
  const script = join(folder, 'detector.mjs');
  writeFileSync(script, source);
  one = await openTestCapture({ timers });
  one.capture.supervise([process.execPath, script, folder]);
  return one;
}

const frames = (capture: TestCapture) =>
  capture.rows<{ f: number }>('SELECT frame_number AS f FROM division_states ORDER BY 1').map((row) => row.f);
const line = JSON.stringify(division(0, { seq: 0 }));

describe('a supervised detector', () => {
  test('is read, answered, and started again when it ends', async () => {
    const capture = await supervise(`
      import { appendFileSync, existsSync, readFileSync } from 'node:fs';
      const runs = process.argv[2] + '/runs';
      appendFileSync(runs, 'x');
      const run = readFileSync(runs).length;
      const line = ${line};
      console.log(JSON.stringify({ ...line, frame_number: run, seq: run }));
      process.stdin.on('data', (reply) => {
        appendFileSync(process.argv[2] + '/replies', reply);
        if (run < 3) process.exit(run);
      });`);
    await until(() => frames(capture).length === 3);
    expect(frames(capture)).toEqual([1, 2, 3]);
    await until(() => readFileSync(join(folder, 'replies'), 'utf8').includes('"seq":3'));
    expect(capture.logged.filter((entry) => entry.message === 'the detector ended')).toMatchObject([
      { level: 'warn', code: 1 },
      { level: 'warn', code: 2 },
    ]);
  });

  test('may write any amount to its standard error and never read its replies', async () => {
    const capture = await supervise(`
      const line = ${line};
      process.stdin.pause();
      for (let i = 0; i < 60000; i += 1) {
        if (i % 20 === 0) console.error('x'.repeat(500));
        if (!process.stdout.write(JSON.stringify({ ...line, frame_number: i, seq: i }) + '\\n'))
          await new Promise((go) => process.stdout.once('drain', go));
      }
      setInterval(() => {}, 1000);`);
    await until(() => frames(capture).length === 60_000, 30_000);
    await until(() => capture.logged.filter((entry) => entry.line === 'x'.repeat(500)).length === 3_000);
    expect(capture.logged.some((entry) => String(entry.message).includes('does not read its replies'))).toBe(
      true,
    );
  }, 40_000);

  test('that cannot be started is tried again, and said so', async () => {
    one = await openTestCapture({ timers: quick });
    one.capture.supervise([join(folder, 'missing')]);
    await until(
      () => (one?.logged.filter((entry) => entry.message === 'the detector ended').length ?? 0) >= 2,
    );
    expect(one.logged.find((entry) => entry.message === 'the detector ended')?.error).toMatch(/ENOENT/);
  });

  test('gets a SIGTERM at the end, and its last lines are committed', async () => {
    const capture = await supervise(`
      const line = ${line};
      process.on('SIGTERM', () => { console.log(JSON.stringify({ ...line, frame_number: 2 })); process.exit(0); });
      console.log(JSON.stringify({ ...line, frame_number: 1 }));
      setInterval(() => {}, 1000);`);
    await until(() => frames(capture).length === 1);
    await capture.capture.close();
    expect(frames(capture)).toEqual([1, 2]);
  });

  test('that does not listen is killed with what it started', async () => {
    const capture = await supervise(`
      import { spawn } from 'node:child_process';
      process.on('SIGTERM', () => {});
      const helper = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); process.on("SIGTERM", () => {})'], { stdio: 'inherit' });
      const line = ${line};
      console.log(JSON.stringify({ ...line, frame_number: helper.pid }));
      setInterval(() => {}, 1000);`);
    await until(() => frames(capture).length === 1);
    const [helper = 0] = frames(capture);
    await capture.capture.close();
    await until(() => !isRunning(helper));
  });
});

test('the pause between two starts doubles up to a minute, and begins anew after a healthy minute', async () => {
  const pauses: number[] = [];
  let elapsed = 0;
  const timers = {
    now: () => new Date(),
    elapsed: () => elapsed,
    after(ms: number, work: () => void) {
      pauses.push(ms);
      setImmediate(work);
      return () => {};
    },
  };
  const log = createLogger(
    'error',
    () => new Date(),
    () => {},
  );
  const child = superviseChild({
    ...{ command: [join(folder, 'missing')], log, timers },
    attach: async () => {
      if (pauses.length === 8) elapsed += 60_000;
    },
  });
  await until(() => pauses.length >= 10);
  await child.stop();
  expect(pauses.slice(0, 10)).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 1, 2].map((seconds) => seconds * 1_000));
});

/** A process that ended but was not yet collected does not count as running. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
