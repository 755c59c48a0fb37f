import { z } from 'zod';
import type { Answer } from '../../contract/client.ts';
import {
  type CallName,
  type CallOutput,
  contract,
  isCallName,
  type ParsedInput,
} from '../../contract/contract.ts';
import { BackhaulError, toFault } from '../../contract/errors.ts';

/** What a handler knows of its caller. */
export interface CallContext {
  /** aborted when the caller has gone or cancelled */
  readonly signal: AbortSignal;
}

/** One handler per call of the contract; a missing one does not compile. */
export type Handlers = {
  readonly [Name in CallName]: (input: ParsedInput<Name>, context: CallContext) => Promise<CallOutput<Name>>;
};

export type Dispatch = (name: unknown, raw: unknown, context: CallContext) => Promise<Answer>;

/**
 * The one way in for every face: parses the input, runs the handler, parses the output. Never throws; a fault
 * is a value and carries no stack.
 */
export function createDispatch(
  handlers: Handlers,
  onInternal: (name: string, error: unknown) => void,
): Dispatch {
  return async (name, raw, context) => {
    try {
      return { ok: true, value: await run(handlers, name, raw, context) };
    } catch (error) {
      if (!(error instanceof BackhaulError)) onInternal(String(name), error);
      return { ok: false, fault: toFault(error) };
    }
  };
}

async function run(handlers: Handlers, name: unknown, raw: unknown, context: CallContext): Promise<unknown> {
  if (!isCallName(name))
    throw new BackhaulError('not_found', `There is no call named ${JSON.stringify(name)}.`);
  const input = contract[name].input.safeParse(raw ?? {});
  if (!input.success) {
    throw new BackhaulError(
      'invalid_input',
      `The input of ${name} is not valid: ${z.prettifyError(input.error)}`,
    );
  }
  // The table ties each name to its handler's types; TypeScript cannot follow the union through the index.
  const handler = handlers[name] as (input: unknown, context: CallContext) => Promise<unknown>;
  return contract[name].output.parse(await handler(input.data, context));
}
