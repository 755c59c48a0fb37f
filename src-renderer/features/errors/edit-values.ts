import type { Fault } from '../../../src-main/contract/errors.ts';
import {
  type EditFaultKind,
  type EditField,
  editFaultKinds,
  type RefusalReason,
  refusalReason,
} from '../../../src-main/contract/quarantine-shapes.ts';
import { endMinute, parseTimeText } from '../../../src-main/contract/time-text.ts';

export type EditFault = EditFaultKind;

type Value = string | number | null;

/** What a person typed into a field stands for, or why it stands for nothing the field takes. */
export type Typed =
  | { readonly value: Value; readonly fault: null }
  | { readonly value: null; readonly fault: EditFault };

/** The field's present value as a form shows it. */
export function textOf({ value }: EditField): string {
  return value === null ? '' : String(value);
}

/** Reads a field by its own rules, which are those the engine checks an edit by. */
export function readTyped(field: EditField, text: string): Typed {
  if (text.trim() === '') return field.nullable ? taken(null) : refused('required');
  if (field.options.length > 0 && !field.options.includes(text)) return refused('option');
  switch (field.kind) {
    case 'whole':
    case 'number':
      return readNumber(field, text);
    case 'flag':
      return text === '0' || text === '1' ? taken(Number(text)) : refused('flag');
    case 'time':
      return isTime(text.trim()) ? taken(text.trim()) : refused('time');
    case 'json':
      return isJson(text) ? taken(text) : refused('json');
    case 'text':
      return text.includes('\0') ? refused('nul') : taken(text);
  }
}

/** What of an edit the engine did not take: a field's value, or the record as it would be then. */
export function partOf({ details }: Fault): {
  readonly column: string | null;
  readonly kind: EditFault | null;
  readonly reason: RefusalReason | null;
} {
  return {
    column: typeof details?.column === 'string' ? details.column : null,
    kind: editFaultKinds.find((kind) => kind === details?.kind) ?? null,
    reason: refusalReason.safeParse(details?.reason).data ?? null,
  };
}

/** What is to be changed: the fields whose text differs from what is there. */
export function changedValues(
  fields: readonly EditField[],
  texts: Readonly<Record<string, string>>,
): {
  readonly values: Readonly<Record<string, Value>>;
  readonly faults: Readonly<Record<string, EditFault>>;
} {
  const values: Record<string, Value> = {};
  const faults: Record<string, EditFault> = {};
  for (const field of fields) {
    const text = texts[field.name] ?? textOf(field);
    const typed = readTyped(field, text);
    const isChanged = text !== textOf(field);
    if (isChanged && typed.fault !== null) faults[field.name] = typed.fault;
    else if (isChanged) values[field.name] = typed.value;
  }
  return { values, faults };
}

function readNumber({ kind, least, most }: EditField, text: string): Typed {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) return refused('number');
  if (kind === 'whole' && !Number.isSafeInteger(value)) return refused('whole');
  return value < (least ?? value) || value > (most ?? value) ? refused('range') : taken(value);
}

/** As the engine reads times; what the store's zone makes of one without an offset it knows better. */
function isTime(text: string): boolean {
  const time = parseTimeText(text);
  if (time === null) return false;
  const minute = time.wallMinute - (time.offsetMinutes ?? 0);
  return minute >= 0 && minute < endMinute;
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

function taken(value: Value): Typed {
  return { value, fault: null };
}

function refused(fault: EditFault): Typed {
  return { value: null, fault };
}
