import type { ErrorGroup } from '../../contract/error-group.ts';
import type { ErrorEntry } from '../../contract/report-shapes.ts';
import type { Storage } from '../storage/service.ts';
import { nextStepOf, sentenceOf } from './error-sentences.ts';
import { type Occurrence, resolveCauses } from './resolve-causes.ts';
import { keyOf } from './run-causes.ts';
import { readRunRecords } from './run-records.ts';
import { type NotTaken, readQuarantine, readRefusedLines } from './set-aside.ts';

const dayMs = 86_400_000;
const shownDays = 90;
/** What no later run goes past by itself. */
const lasting: readonly ErrorGroup[] = ['sign_in', 'permission', 'schema', 'data', 'storage'];

/**
 * Causes of failures, unresolved first, then the newest (SPEC 6, 8). Without `all` only what is unresolved and what was
 * resolved in the last 24 hours, and of a cause only those failures.
 */
export async function listErrors(storage: Storage, now: Date, all: boolean): Promise<ErrorEntry[]> {
  const oldest = new Date(now.getTime() - shownDays * dayMs);
  const resolvedSince = all ? oldest : new Date(now.getTime() - dayMs);
  const runs = await readRunRecords(storage, oldest);
  const occurrences = resolveCauses(runs).filter(
    ({ resolvedMs }) => resolvedMs === null || resolvedMs >= resolvedSince.getTime(),
  );
  const notTaken = [
    ...(await readQuarantine(storage, resolvedSince)),
    ...(await readRefusedLines(storage, resolvedSince)),
  ];
  const entries = [...entriesOfRuns(occurrences), ...notTaken.map(entryOf)];
  return entries.sort(
    (a, b) =>
      Number(a.resolved) - Number(b.resolved) ||
      (b.lastSeen ?? '').localeCompare(a.lastSeen ?? '') ||
      a.code.localeCompare(b.code),
  );
}

function entriesOfRuns(occurrences: readonly Occurrence[]): ErrorEntry[] {
  return [...Map.groupBy(occurrences, keyOf).values()].flatMap((some) => {
    const byTime = some.toSorted((a, b) => a.atMs - b.atMs);
    const [first, last] = [byTime[0], byTime.at(-1)];
    if (first === undefined || last === undefined) return [];
    const { group, code, words } = last;
    const resolved = some.every(({ resolvedMs }) => resolvedMs !== null);
    return {
      group,
      code,
      unit: 'runs',
      count: some.length,
      firstSeen: isoOf(first.atMs),
      lastSeen: isoOf(last.atMs),
      message: inWords(sentenceOf(group, code, 'runs'), words),
      nextStep: nextStepOf(group, code, 'runs'),
      resolved,
      needsPerson: !resolved && lasting.includes(group),
      streams: [...new Set(some.flatMap(({ streams }) => streams))],
    };
  });
}

function entryOf({
  group,
  code,
  unit,
  count,
  firstMs,
  lastMs,
  words,
  resolved,
  streams,
}: NotTaken): ErrorEntry {
  return {
    group,
    code,
    unit,
    count,
    firstSeen: isoOf(firstMs),
    lastSeen: isoOf(lastMs),
    message: inWords(sentenceOf(group, code, unit), words),
    nextStep: nextStepOf(group, code, unit),
    resolved,
    needsPerson: !resolved,
    streams: [...streams],
  };
}

/** Words that end with the cloud's own in brackets begin with a sentence like ours; those in brackets are enough. */
function inWords(sentence: string, words: string): string {
  const own = /\(((?:(?:GET|POST) )?[^\s(]+: .+)\)$/s.exec(words)?.[1] ?? words;
  return own === '' ? sentence : `${sentence} In its own words: ${own}`;
}

function isoOf(epochMs: number | null): string | null {
  return epochMs === null ? null : new Date(epochMs).toISOString();
}
