import type { EditField } from '../../../src-main/contract/quarantine-shapes.ts';

export type EditFault = 'required' | 'number' | 'whole' | 'range' | 'time' | 'json' | 'flag' | 'option';

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
      return isTime(text) ? taken(text) : refused('time');
    case 'json':
      return isJson(text) ? taken(text) : refused('json');
    case 'text':
      return taken(text);
  }
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

/** The calendar and the clock; what the store's zone makes of it the engine knows better. */
function isTime(text: string): boolean {
  const parts =
    /^(\d{4}-\d{2}-\d{2})[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(?:Z|[+-]\d{2}(?::?\d{2})?)?$/.exec(
      text.trim(),
    );
  if (parts === null) return false;
  const [, day = '', hour = '', minute = '', second = '0'] = parts;
  const date = new Date(`${day}T00:00:00Z`);
  const isDay = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
  return isDay && Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
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
