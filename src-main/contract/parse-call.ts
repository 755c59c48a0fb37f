import { z } from 'zod';
import { type ContractTable, callOf } from './define.ts';
import { BackhaulError } from './errors.ts';

/** A call that a contract has, with an input of its shape (defaults filled in). */
export interface ParsedCall {
  readonly name: string;
  readonly input: unknown;
}

/** Checks what a stranger sent. @throws BackhaulError `not_found`, `invalid_input` */
export function parseCall(table: ContractTable, name: unknown, raw: unknown): ParsedCall {
  const definition = callOf(table, name);
  if (definition === undefined || typeof name !== 'string')
    throw new BackhaulError('not_found', `There is no call named ${JSON.stringify(name) ?? typeof name}.`);
  const input = definition.input.safeParse(raw ?? {});
  if (input.success) return { name, input: input.data };
  throw new BackhaulError(
    'invalid_input',
    `The input of ${name} is not valid: ${z.prettifyError(input.error)}`,
  );
}
