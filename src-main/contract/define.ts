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
