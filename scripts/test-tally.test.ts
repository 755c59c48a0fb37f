import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addTallies, isGreen, readPlaywrightTally, readVitestTally, tallyLine } from './test-tally.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backhaul-tally-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function report(content: unknown): string {
  const path = join(folder, 'report.json');
  writeFileSync(path, JSON.stringify(content));
  return path;
}

function vitestReport(counts: {
  passed?: number;
  failed?: number;
  pending?: number;
  unloaded?: number;
}): string {
  return report({
    numPassedTests: counts.passed ?? 0,
    numFailedTests: counts.failed ?? 0,
    numPendingTests: counts.pending ?? 0,
    numTodoTests: 0,
    testResults: Array.from({ length: counts.unloaded ?? 0 }, () => ({
      status: 'failed',
      assertionResults: [],
    })),
  });
}

describe('the tally of a test run', () => {
  it('names skipped tests only where there are some', () => {
    expect(tallyLine({ passed: 3, failed: 0, skipped: 0 })).toBe('3 passed, 0 failed');
    expect(tallyLine({ passed: 3, failed: 1, skipped: 2 })).toBe('3 passed, 1 failed, 2 skipped');
  });

  it('is not green when nothing ran, something failed or something was skipped', () => {
    expect(isGreen({ passed: 0, failed: 0, skipped: 0 })).toBe(false);
    expect(isGreen({ passed: 9, failed: 1, skipped: 0 })).toBe(false);
    expect(isGreen({ passed: 9, failed: 0, skipped: 1 })).toBe(false);
    expect(
      isGreen(
        addTallies([
          { passed: 4, failed: 0, skipped: 0 },
          { passed: 5, failed: 0, skipped: 0 },
        ]),
      ),
    ).toBe(true);
  });

  it('counts a test file that could not be loaded as a failure', () => {
    expect(readVitestTally(vitestReport({ passed: 5, unloaded: 1 }), 1)).toEqual({
      passed: 5,
      failed: 1,
      skipped: 0,
    });
  });

  it('counts a runner that failed after all tests passed as a failure', () => {
    expect(readVitestTally(vitestReport({ passed: 5 }), 1)).toEqual({ passed: 5, failed: 1, skipped: 0 });
  });

  it('counts a runner that left no report as a failure', () => {
    expect(readVitestTally(join(folder, 'absent.json'), 0).failed).toBe(1);
    expect(readPlaywrightTally(join(folder, 'absent.json'), 0).failed).toBe(1);
  });

  it('counts a window test that passed only at the second try as a failure', () => {
    const path = report({ stats: { expected: 2, unexpected: 0, flaky: 1, skipped: 0 }, errors: [] });
    expect(readPlaywrightTally(path, 0)).toEqual({ passed: 2, failed: 1, skipped: 0 });
  });
});
