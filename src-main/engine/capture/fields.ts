/** A parsed JSON object whose fields nobody has looked at yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** A field that is not what it must be; the message names it and says what came instead. */
export class ShapeFault extends Error {
  constructor(path: string, must: string, got: unknown) {
    super(got === undefined ? `${path} is required` : `${path} must be ${must}, got ${shown(got)}`);
    this.name = 'ShapeFault';
  }
}

const idLength = 200;
const textLength = 4_096;
/** The largest INTEGER that the cloud's columns take. */
const largestCount = 2_147_483_647;

const idForm = `a text of 1 to ${idLength} characters`;

/** An id that must be there. */
export function id(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === 'string' && value !== '' && value.length <= idLength) return value;
  throw new ShapeFault(name, idForm, value);
}

/** An id, null when it is absent or null. */
export function optionalId(fields: Fields, name: string): string | null {
  return fields[name] == null ? null : id(fields, name);
}

/** A text, null when it is absent or null. */
export function optionalText(fields: Fields, name: string): string | null {
  const value = fields[name];
  if (value == null) return null;
  if (typeof value === 'string' && value.length <= textLength) return value;
  throw new ShapeFault(name, `a text of at most ${textLength} characters`, value);
}

/** A text that must be there and must not be empty. */
export function text(fields: Fields, name: string): string {
  const value = optionalText(fields, name);
  if (value === null || value === '') throw new ShapeFault(name, 'a text', fields[name]);
  return value;
}

/** A whole number from 0 that a double holds exactly. */
export function wholeNumber(fields: Fields, name: string): number {
  const value = fields[name];
  if (Number.isSafeInteger(value) && (value as number) >= 0) return (value as number) + 0;
  throw new ShapeFault(name, 'a whole number from 0 to 9007199254740991', value);
}

/** A count of people. */
export function count(fields: Fields, name: string): number {
  const value = fields[name];
  if (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= largestCount) {
    return (value as number) + 0;
  }
  throw new ShapeFault(name, `a whole number from 0 to ${largestCount}`, value);
}

/** A count that has two spellings; both may be given when they agree. */
export function eitherCount(fields: Fields, name: string, otherName: string): number {
  if (fields[otherName] === undefined) return count(fields, name);
  const other = count(fields, otherName);
  if (fields[name] !== undefined && count(fields, name) !== other) {
    throw new ShapeFault(name, `the same as ${otherName} (${other})`, fields[name]);
  }
  return other;
}

/** Seconds from 0. JSON has no NaN, but 1e999 is read as infinity. */
export function seconds(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value === 'number' && value >= 0 && Number.isFinite(value)) return value + 0;
  throw new ShapeFault(name, 'a finite number of seconds from 0', value);
}

/** A finite number from 0, null when it is absent or null. */
export function optionalAmount(fields: Fields, name: string): number | null {
  const value = fields[name];
  if (value == null) return null;
  if (typeof value === 'number' && value >= 0 && Number.isFinite(value)) return value + 0;
  throw new ShapeFault(name, 'a finite number from 0', value);
}

/** true or false, null when it is absent or null; 1 and 0 are taken too. */
export function optionalFlag(fields: Fields, name: string): boolean | null {
  const value = fields[name];
  if (value == null) return null;
  if (value === true || value === 1) return true;
  if (value === false || value === 0) return false;
  throw new ShapeFault(name, 'true or false', value);
}

/** One of a few words. */
export function oneOf<Word extends string>(fields: Fields, name: string, words: readonly Word[]): Word {
  const value = fields[name];
  for (const word of words) if (word === value) return word;
  throw new ShapeFault(name, `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`, value);
}

/** A value in words, cut where it is long. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const written = writtenOut(value);
  return written.length <= 60 ? written : `${written.slice(0, 57)}…`;
}

/** A list or an object may be nested deeper than the stack reaches. */
function writtenOut(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return Array.isArray(value) ? 'a deep list' : 'a deep object';
  }
}
