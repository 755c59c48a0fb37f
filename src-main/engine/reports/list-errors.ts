import type { ErrorGroup } from '../../contract/error-group.ts';
import type { ErrorEntry } from '../../contract/report-shapes.ts';
import type { Storage } from '../storage/service.ts';
import { nextStepOf, sentenceOf } from './error-sentences.ts';
import { type Occurrence, resolveCauses } from './resolve-causes.ts';
import { keyOf } from './run-causes.ts';
import { readRunRecords } from './run-records.ts';
import { type NotTaken, readQuarantine, readRefusedLines } from './set-aside.ts';

const dayMs = 86_400_000;
export const shownDays = 90;
/** What no later run goes past by itself. */
const lasting: readonly ErrorGroup[] = ['sign_in', 'permission', 'schema', 'data', 'storage'];

/**
 * Causes of failures, unresolved first, then the newest (SPEC 6, 8): what is unresolved and what was resolved in the last
 * days, and of a cause only those failures.
 */
export async function listErrors(storage: Storage, now: Date, days: number): Promise<ErrorEntry[]> {
  const [ofRuns, notTaken] = await Promise.all([
    listRunErrors(storage, now, days),
    listNotTaken(storage, now, days),
  ]);
  return [...ofRuns, ...notTaken].sort(
    (a, b) =>
      Number(a.resolved) - Number(b.resolved) ||
      (b.lastSeen ?? '').localeCompare(a.lastSeen ?? '') ||
      a.code.localeCompare(b.code),
  );
}

/** Causes that runs failed for. */
export async function listRunErrors(storage: Storage, now: Date, days: number): Promise<ErrorEntry[]> {
  const runs = await readRunRecords(storage, new Date(now.getTime() - shownDays * dayMs));
  const resolvedSince = now.getTime() - days * dayMs;
  const occurrences = resolveCauses(runs).filter(
    ({ resolvedMs }) => resolvedMs === null || resolvedMs >= resolvedSince,
  );
  return entriesOfRuns(occurrences);
}

/** Causes that records were set aside for, or lines refused. */
export async function listNotTaken(storage: Storage, now: Date, days: number): Promise<ErrorEntry[]> {
  const resolvedSince = new Date(now.getTime() - days * dayMs);
  const [records, lines] = await Promise.all([
    readQuarantine(storage, resolvedSince),
    readRefusedLines(storage, resolvedSince),
  ]);
  return [...records, ...lines].map(entryOf);
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
      message: inWords(sentenceOf(group, code, 'runs'), ownWords(words)),
      words: ownWords(words),
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
    message: inWords(sentenceOf(group, code, unit), ownWords(words)),
    words: ownWords(words),
    nextStep: nextStepOf(group, code, unit),
    resolved,
    needsPerson: !resolved,
    streams: [...streams],
  };
}

/** Words that end with the cloud's own in brackets begin with a sentence like ours; those in brackets are enough. */
function ownWords(words: string): string {
  return /\(((?:(?:GET|POST) )?[^\s(]+: .+)\)$/s.exec(words)?.[1] ?? words;
}

function inWords(sentence: string, words: string): string {
  return words === '' ? sentence : `${sentence} In its own words: ${words}`;
}

function isoOf(epochMs: number | null): string | null {
  return epochMs === null ? null : new Date(epochMs).toISOString();
}
