import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectRoot } from './run-command.ts';
import { failureLines, readPlaywrightFailures, readVitestFailures } from './test-failures.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backhaul-failures-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function report(content: unknown): string {
  const path = join(folder, 'report.json');
  writeFileSync(path, JSON.stringify(content));
  return path;
}

function spec(title: string, status: 'expected' | 'unexpected' | 'flaky', ...messages: string[]): unknown {
  const results = [{ errors: messages.map((message) => ({ message })) }, { errors: [] }];
  return { title, file: 'home.test.ts', ok: status !== 'unexpected', tests: [{ status, results }] };
}

describe('the names of what failed', () => {
  it('says nothing when all is well', () => {
    const path = report({
      testResults: [
        {
          name: join(projectRoot, 'src-main/a.test.ts'),
          status: 'passed',
          message: '',
          assertionResults: [{ fullName: 'a passes', status: 'passed', failureMessages: [] }],
        },
      ],
    });
    expect(failureLines(readVitestFailures(path))).toEqual([]);
    expect(failureLines(readPlaywrightFailures(join(folder, 'absent.json')))).toEqual([]);
  });

  it('names a failed test with its file and its error, and a file that could not be loaded', () => {
    const path = report({
      testResults: [
        {
          name: join(projectRoot, 'src-main/a.test.ts'),
          status: 'failed',
          message: '',
          assertionResults: [
            { fullName: 'a passes', status: 'passed', failureMessages: [] },
            {
              fullName: 'a fails',
              status: 'failed',
              failureMessages: ['\u001b[31mexpected 1 to be 2\u001b[39m\n\n at x'],
            },
          ],
        },
        {
          name: join(projectRoot, 'e2e/cli/b.test.ts'),
          status: 'failed',
          message: 'no module',
          assertionResults: [],
        },
      ],
    });
    expect(failureLines(readVitestFailures(path))).toEqual([
      '== what failed',
      'FAILED src-main/a.test.ts > a fails',
      '       expected 1 to be 2',
      '        at x',
      'FAILED e2e/cli/b.test.ts > the file could not be loaded',
      '       no module',
    ]);
  });

  it('names a window test by all its titles, also one that passed only at the second try', () => {
    const inner = {
      title: 'the start page',
      specs: [spec('fails', 'unexpected', 'no button'), spec('passes', 'expected')],
    };
    const path = report({
      suites: [{ title: 'home.test.ts', specs: [spec('wavers', 'flaky', 'once')], suites: [inner] }],
      errors: [{ message: 'no display' }],
    });
    expect(failureLines(readPlaywrightFailures(path))).toEqual([
      '== what failed',
      'FAILED e2e/electron/home.test.ts > wavers',
      '       once',
      'FAILED e2e/electron/home.test.ts > the start page fails',
      '       no button',
      'FAILED Playwright > outside of a test',
      '       no display',
    ]);
  });

  it('fits into the last hundred lines of a log, however much failed', () => {
    const problem = Array.from({ length: 400 }, (_, line) => `line ${line}`).join('\n');
    const failures = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ where: 'a.test.ts', name: `test ${index}`, problem }));
    expect(failureLines(failures(1))).toHaveLength(17);
    expect(failureLines(failures(6)).length).toBeLessThan(95);
    const many = failureLines(failures(31));
    expect(many.length).toBeLessThan(95);
    expect(many.filter((line) => line.startsWith('FAILED'))).toHaveLength(20);
    expect(many.at(-1)).toBe('and 11 more');
  });
});
