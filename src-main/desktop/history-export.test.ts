import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Port } from '../contract/client.ts';
import { csvLine } from '../contract/csv.ts';
import type { RunSummary } from '../contract/history-shapes.ts';
import { exportHistory } from './history-export.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'history-export-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function run(runId: number, error: string | null = null): RunSummary {
  return {
    runId,
    mode: 'hourly',
    trigger: 'schedule',
    status: error === null ? 'success' : 'failed',
    dryRun: false,
    planned: 3,
    sent: 3,
    duplicates: 0,
    quarantined: 0,
    failed: 0,
    stranded: 0,
    deleted: 0,
    verified: true,
    durationMs: 12.5,
    startedAt: '2026-01-02T03:04:05.000Z',
    error,
    faultCode: null,
    errorGroup: null,
    errorCode: null,
  };
}

/** An engine with so many runs, the newest with the highest id, that notes what it was asked. */
function engineWith(count: number, asked: unknown[] = [], error: string | null = null): Port {
  return {
    async call(_name, input) {
      asked.push(input);
      const { beforeRunId, limit } = input as { beforeRunId: number | null; limit: number };
      const first = (beforeRunId ?? count + 1) - 1;
      const runs = Array.from({ length: Math.min(limit, first) }, (_, index) => run(first - index, error));
      return { ok: true, value: { runs, total: count } };
    },
    subscribe: () => () => undefined,
  };
}

describe('the exported history', () => {
  it('has every run once, newest first, in either format', async () => {
    const json = join(folder, 'runs.json');
    const csv = join(folder, 'runs.csv');
    await exportHistory(engineWith(1_234), json, 'json', { limit: 10_000 });
    await exportHistory(engineWith(1_234), csv, 'csv', { limit: 10_000 });
    const ids = (JSON.parse(readFileSync(json, 'utf8')) as RunSummary[]).map(({ runId }) => runId);
    expect(ids).toEqual(Array.from({ length: 1_234 }, (_, index) => 1_234 - index));
    const lines = readFileSync(csv, 'utf8').split('\r\n');
    expect(lines[0]).toMatch(/^runId,startedAt,status,/);
    expect(lines[1]).toBe('1234,2026-01-02T03:04:05.000Z,success,hourly,schedule,3,3,0,0,0,0,0,true,12.5,,,');
    expect(lines).toHaveLength(1_236);
  });

  it('has only what is selected', async () => {
    const asked: unknown[] = [];
    await exportHistory(engineWith(1_000, asked), join(folder, 'runs.json'), 'json', {
      limit: 300,
      status: 'failed',
      day: '2026-01-02',
    });
    expect(asked).toEqual([
      { status: 'failed', day: '2026-01-02', beforeRunId: null, limit: 250 },
      { status: 'failed', day: '2026-01-02', beforeRunId: 751, limit: 50 },
    ]);
  });

  it('is a valid empty file where there is none', async () => {
    await exportHistory(engineWith(0), join(folder, 'runs.json'), 'json', { limit: 20 });
    await exportHistory(engineWith(0), join(folder, 'runs.csv'), 'csv', { limit: 20 });
    expect(JSON.parse(readFileSync(join(folder, 'runs.json'), 'utf8'))).toEqual([]);
    expect(readFileSync(join(folder, 'runs.csv'), 'utf8').split('\r\n')).toHaveLength(2);
  });

  it('is for its owner alone, and there whole or not at all', async () => {
    const path = join(folder, 'runs.json');
    await exportHistory(engineWith(3), path, 'json', { limit: 20 });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const before = readFileSync(path, 'utf8');
    const broken: Port = {
      call: () => Promise.resolve({ ok: false, fault: { code: 'unavailable', message: 'gone' } }),
      subscribe: () => () => undefined,
    };
    await expect(exportHistory(broken, path, 'json', { limit: 20 })).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(readdirSync(folder)).toEqual(['runs.json']);
    const nowhere = join(folder, 'missing', 'runs.json');
    await expect(exportHistory(engineWith(3), nowhere, 'json', { limit: 20 })).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });

  it('of 10,000 runs lets the main process do other things between its pages', async () => {
    let turns = 0;
    let next = setImmediate(function turn() {
      turns += 1;
      next = setImmediate(turn);
    });
    await exportHistory(engineWith(10_000, [], 'x'.repeat(300)), join(folder, 'runs.csv'), 'csv', {
      limit: 10_000,
    });
    clearImmediate(next);
    expect(turns).toBeGreaterThanOrEqual(20);
  });
});

describe('a line of CSV', () => {
  it('quotes what RFC 4180 says, and no formula reaches a spreadsheet', () => {
    expect(csvLine(['a', 'b,c', 'say "x"', 'two\nlines', null, -1.5, true])).toBe(
      'a,"b,c","say ""x""","two\nlines",,-1.5,true\r\n',
    );
    for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\tx']) expect(csvLine([text])).toBe(`'${text}\r\n`);
    expect(csvLine(['=HYPERLINK("x","y")'])).toBe(`"'=HYPERLINK(""x"",""y"")"\r\n`);
  });
});
