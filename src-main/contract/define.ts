import type { z } from 'zod';

/** A call: a question with one answer. */
export interface CallDefinition<Input extends z.ZodType, Output extends z.ZodType> {
  readonly kind: 'call';
  readonly input: Input;
  readonly output: Output;
}

/** An event: the current state, sent as a hint. Never a delta to add up. */
export interface EventDefinition<Payload extends z.ZodType> {
  readonly kind: 'event';
  readonly payload: Payload;
}

export function call<Input extends z.ZodType, Output extends z.ZodType>(
  input: Input,
  output: Output,
): CallDefinition<Input, Output> {
  return { kind: 'call', input, output };
}

export function event<Payload extends z.ZodType>(payload: Payload): EventDefinition<Payload> {
  return { kind: 'event', payload };
}

/** A contract: calls and events by name. */
export type ContractTable = Readonly<
  Record<string, CallDefinition<z.ZodType, z.ZodType> | EventDefinition<z.ZodType>>
>;

export type CallNameOf<Table> = {
  [Name in keyof Table]: Table[Name] extends CallDefinition<z.ZodType, z.ZodType> ? Name : never;
}[keyof Table];

export type EventNameOf<Table> = {
  [Name in keyof Table]: Table[Name] extends EventDefinition<z.ZodType> ? Name : never;
}[keyof Table];

/** The call of that name, whatever a stranger sent as a name; undefined where the contract has none. */
export function callOf(
  table: ContractTable,
  name: unknown,
): CallDefinition<z.ZodType, z.ZodType> | undefined {
  const found = entryOf(table, name);
  return found?.kind === 'call' ? found : undefined;
}

/** The event of that name, or undefined. */
export function eventOf(table: ContractTable, name: unknown): EventDefinition<z.ZodType> | undefined {
  const found = entryOf(table, name);
  return found?.kind === 'event' ? found : undefined;
}

function entryOf(table: ContractTable, name: unknown): ContractTable[string] | undefined {
  return typeof name === 'string' && Object.hasOwn(table, name) ? table[name] : undefined;
}
