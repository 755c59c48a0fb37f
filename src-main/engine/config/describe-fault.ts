import type { z } from 'zod';
import { createRedactor } from '../log/redact.ts';
import { configKeys, expectation, namesAt, schemaAt } from './config-keys.ts';
import { secretAdvice } from './secret-names.ts';
import { similarNames } from './similar-name.ts';

/** One thing that is wrong: where (`sync.batchSize`, a variable's name) and why, in words. */
export interface ConfigFault {
  readonly path: string;
  readonly reason: string;
}

export const wholeFile = '(the whole file)';
const longestShown = 60;

/** Each fault with its path and reason; `input` is what was parsed. */
export function describeFaults(error: z.ZodError, input: unknown): readonly ConfigFault[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => unknownKey([...issue.path, key]))
      : [{ path: pathText(issue.path), reason: reasonOf(issue, valueAt(input, issue.path)) }],
  );
}

/** Why a value does not do for the key at `path`, in words. */
export function describeValueFault(error: z.ZodError, value: unknown, path: readonly string[]): string {
  const [issue] = error.issues;
  if (issue === undefined) return 'cannot be used';
  return reasonOf({ ...issue, path: [...path, ...issue.path] }, valueAt(value, issue.path));
}

function reasonOf(issue: z.core.$ZodIssue, value: unknown): string {
  const schema = schemaAt(issue.path);
  const own = issue.code === 'custom' || issue.code === 'invalid_format';
  if (own || schema === null) return `${issue.message}; it is ${shown(value)}`;
  return `must be ${expectation(schema)}; it is ${shown(value)}`;
}

function unknownKey(path: readonly PropertyKey[]): ConfigFault {
  const name = String(path.at(-1));
  const secret = secretAdvice(name);
  const near = nearKeys(path, name);
  const hint = near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`;
  return { path: pathText(path), reason: secret ?? `is not a known key${hint}` };
}

/** Alike beside it, else alike anywhere. */
function nearKeys(path: readonly PropertyKey[], name: string): readonly string[] {
  const around = path.slice(0, -1);
  const [beside] = similarNames(name, namesAt(around));
  if (beside !== undefined) return [pathText([...around, beside])];
  const lastNames = [...new Set(configKeys.map((key) => String(key.path.at(-1))))];
  const [elsewhere] = similarNames(name, lastNames);
  return configKeys.filter((key) => key.path.at(-1) === elsewhere).map((key) => key.name);
}

export function pathText(path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return text.replace(/^\./, '') || wholeFile;
}

export function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}

/** A value as it may be shown: kind and beginning, never a secret. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null) return 'a group of keys';
  if (value === '') return 'empty';
  const text = createRedactor()(JSON.stringify(value) ?? 'nothing');
  const short = text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
  return typeof value === 'string' ? `the text ${short}` : short;
}
