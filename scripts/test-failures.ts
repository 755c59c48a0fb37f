import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import { projectRoot } from './run-command.ts';
import { readReport } from './test-tally.ts';

/** A test or a check that failed. */
export interface Failure {
  /** the file of the test, or the stage of the run */
  readonly where: string;
  readonly name: string;
  /** the message of the error, of any length, perhaps with colours */
  readonly problem: string;
}

/** The block stays within the last hundred lines of a log: those are what a cut log keeps. */
const mostLines = 90;
const mostFailures = 20;
const mostLinesEach = 15;

const vitestReport = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().default(''),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).default([]),
        }),
      ),
    }),
  ),
});

const playwrightError = z.object({ message: z.string().default('') });
const playwrightSuite = z.object({
  title: z.string(),
  specs: z.array(
    z.object({
      title: z.string(),
      file: z.string(),
      ok: z.boolean(),
      tests: z.array(
        z.object({ status: z.string(), results: z.array(z.object({ errors: z.array(playwrightError) })) }),
      ),
    }),
  ),
  get suites() {
    return z.array(playwrightSuite).optional();
  },
});
const playwrightReport = z.object({
  suites: z.array(playwrightSuite),
  errors: z.array(playwrightError),
});

/** The tests that failed by vitest's JSON report, and the files that could not be loaded; none without a report. */
export function readVitestFailures(path: string): Failure[] {
  return (readReport(path, vitestReport)?.testResults ?? []).flatMap((file) => {
    const where = relative(projectRoot, file.name);
    if (file.status === 'failed' && file.assertionResults.length === 0) {
      return [{ where, name: 'the file could not be loaded', problem: file.message }];
    }
    return file.assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => ({
        where,
        name: fullName,
        problem: failureMessages.join('\n'),
      }));
  });
}

/** The tests that failed by Playwright's JSON report, or passed only at a second try; none without a report. */
export function readPlaywrightFailures(path: string): Failure[] {
  const report = readReport(path, playwrightReport);
  if (!report) return [];
  const errors = report.errors.map(({ message }) => ({
    where: 'Playwright',
    name: 'outside of a test',
    problem: message,
  }));
  return [...report.suites.flatMap((suite) => failuresOf(suite, [])), ...errors];
}

function failuresOf(suite: z.output<typeof playwrightSuite>, above: readonly string[]): Failure[] {
  const own = suite.specs
    .filter(({ ok, tests }) => !ok || tests.some(({ status }) => status === 'flaky'))
    .map(({ file, title, tests }) => ({
      where: `e2e/electron/${file}`,
      name: [...above, title].join(' '),
      problem: tests
        .flatMap(({ results }) => results.flatMap(({ errors }) => errors.map(({ message }) => message)))
        .join('\n'),
    }));
  const below = (suite.suites ?? []).flatMap((inner) => failuresOf(inner, [...above, inner.title]));
  return [...own, ...below];
}

/** The block that names what failed, short enough for the end of a log; no lines when nothing failed. */
export function failureLines(failures: readonly Failure[]): string[] {
  if (failures.length === 0) return [];
  const shown = failures.slice(0, mostFailures);
  const linesEach = Math.min(mostLinesEach, Math.floor(mostLines / shown.length) - 1);
  const lines = shown.flatMap(({ where, name, problem }) => [
    `FAILED ${where} > ${name}`,
    ...linesOf(problem)
      .slice(0, linesEach)
      .map((line) => `       ${line}`),
  ]);
  const unnamed = failures.length - shown.length;
  return ['== what failed', ...lines, ...(unnamed > 0 ? [`and ${unnamed} more`] : [])];
}

function linesOf(text: string): string[] {
  return stripVTControlCharacters(text)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.trimEnd().slice(0, 300));
}
