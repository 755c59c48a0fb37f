import type { CallInput } from '../../../src-main/contract/contract.ts';

/** What is asked for, as it stands in the form; empty fields do not restrict. */
export interface Question {
  readonly camera: string;
  readonly table: string;
  readonly session: string;
  /** `YYYY-MM-DD` of the store's calendar */
  readonly day: string;
  /** `HH:MM`; that minute of the day */
  readonly time: string;
}

export const emptyQuestion: Question = { camera: '', table: '', session: '', day: '', time: '' };

const mostFound = 500;

/** Something to look for; a time alone means nothing without its day. */
export function isAsked({ camera, table, session, day }: Question): boolean {
  return [camera, table, session, day].some((field) => field.trim() !== '');
}

const longest = 200;

/** What the engine would not take, field by field. */
export function faultsOf(
  question: Question,
): Readonly<Partial<Record<keyof Question, { readonly kind: 'tooLong' | 'day'; readonly most: number }>>> {
  const texts = (['camera', 'table', 'session'] as const).filter(
    (field) => question[field].trim().length > longest,
  );
  const isPossible = question.day === '' || /^(19[7-9]\d|[2-9]\d{3})-\d{2}-\d{2}$/.test(question.day);
  return {
    ...Object.fromEntries(texts.map((field) => [field, { kind: 'tooLong', most: longest }])),
    ...(isPossible ? {} : { day: { kind: 'day', most: 0 } }),
  };
}

/** It may be asked: something is looked for, and every field is possible. */
export function mayAsk(question: Question): boolean {
  return isAsked(question) && Object.keys(faultsOf(question)).length === 0;
}

/** The form as the engine takes it. */
export function selectionOf(question: Question): CallInput<'find.records'> {
  const { camera, table, session, day, time } = question;
  const at = day === '' ? '' : time === '' ? day : `${day} ${time}`;
  return {
    limit: mostFound,
    ...(camera.trim() === '' ? {} : { cameraId: camera.trim() }),
    ...(table.trim() === '' ? {} : { tableId: table.trim() }),
    ...(session.trim() === '' ? {} : { sessionId: session.trim() }),
    ...(at === '' ? {} : { at }),
  };
}

/** The question that an address asks: `#/find?camera=…&session=…`. */
export function questionOf(parameters: Readonly<Record<string, string>>): Question {
  const field = (name: keyof Question): string => parameters[name] ?? '';
  return {
    camera: field('camera'),
    table: field('table'),
    session: field('session'),
    day: field('day'),
    time: field('time'),
  };
}
