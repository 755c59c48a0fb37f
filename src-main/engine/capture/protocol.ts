import { isUtf8 } from 'node:buffer';
import { type Fields, ShapeFault, shown } from './fields.ts';
import { longestLineBytes } from './line-splitter.ts';
import { messageReaders } from './message-readers.ts';
import type { Message, Refusal, RefusalCode } from './messages.ts';
import { deepestNesting, faultIn, type SafetyFault } from './text-safety.ts';

/** What one line of the bridge turned out to be. */
export type ParsedLine =
  | {
      readonly ok: true;
      readonly seq: number | null;
      readonly message: Message;
      /** fields that this type of message does not have; they are ignored */
      readonly unknownFields: readonly string[];
    }
  | { readonly ok: false; readonly seq: number | null; readonly refusal: Refusal };

const noFields: readonly string[] = [];

const safetyWords: Readonly<Record<SafetyFault, string>> = {
  too_deep: `objects and lists lie more than ${deepestNesting} deep in each other`,
  nul_character: 'a text holds the NUL character, which databases cannot store',
  unpaired_surrogate: 'a text holds half of a surrogate pair, which is no character',
};

/** stands in a decoded text for every byte that is no UTF-8, and may have been sent as such */
const replacement = '\ufffd';

const tooLongWords = `the line is longer than ${longestLineBytes} bytes; its first 64 KiB were kept`;

/**
 * Reads one line of the bridge (SPEC 4.1): UTF-8, JSON, a known type, the right shape. Never throws for what a
 * line holds; what is refused says why. Whether a time is possible and a location ours is decided where the
 * record is applied.
 * @param line the bytes between two line ends
 * @param tooLong these are only the first of more bytes than a line may have
 */
export function parseLine(line: Buffer, tooLong = false): ParsedLine {
  if (tooLong) return refused(null, 'too_long', tooLongWords);
  const text = line.toString('utf8');
  if (text.includes(replacement) && !isUtf8(line)) {
    return refused(null, 'invalid_utf8', 'the line is not valid UTF-8');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refused(null, 'invalid_json', `the line is not JSON: ${reasonOf(error)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refused(null, 'invalid_shape', `a line must be one JSON object, got ${shown(value)}`);
  }
  return parseFields(value as Fields, text.includes('\\u'));
}

function parseFields(fields: Fields, escaped: boolean): ParsedLine {
  const { type, seq } = fields;
  if (seq !== undefined && (!Number.isSafeInteger(seq) || (seq as number) < 0)) {
    return refused(null, 'invalid_shape', `seq must be a whole number from 0, got ${shown(seq)}`);
  }
  const number = seq === undefined ? null : (seq as number);
  if (escaped || hasInner(fields)) {
    const fault = faultIn(fields, escaped);
    if (fault !== null) return refused(number, fault, safetyWords[fault]);
  }
  if (typeof type !== 'string') return refused(number, 'invalid_shape', typeFault(type));
  return readMessage(fields, type, number);
}

function readMessage(fields: Fields, type: string, seq: number | null): ParsedLine {
  const reader = messageReaders.get(type);
  if (reader === undefined) return refusedType(type, seq);
  let unknownFields = noFields;
  for (const name in fields) if (!reader.known.has(name)) unknownFields = [...unknownFields, name];
  try {
    return { ok: true, seq, message: reader.read(fields), unknownFields };
  } catch (error) {
    if (error instanceof ShapeFault) return refused(seq, 'invalid_shape', error.message);
    throw error;
  }
}

function refusedType(type: string, seq: number | null): ParsedLine {
  const words = [...messageReaders.keys()].join(', ');
  return refused(seq, 'unknown_type', `there is no message type ${shown(type)}; there are ${words}`);
}

function hasInner(fields: Fields): boolean {
  for (const name in fields) {
    const value = fields[name];
    if (typeof value === 'object' && value !== null) return true;
  }
  return false;
}

function typeFault(type: unknown): string {
  return type === undefined ? 'type is required' : `type must be a text, got ${shown(type)}`;
}

function refused(seq: number | null, code: RefusalCode, message: string): ParsedLine {
  return { ok: false, seq, refusal: { code, message } };
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.length <= 160 ? message : `${message.slice(0, 157)}…`;
}
