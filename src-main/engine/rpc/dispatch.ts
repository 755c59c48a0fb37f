import type { Answer } from '../../contract/client.ts';
import { type CallName, type CallOutput, contract, type ParsedInput } from '../../contract/contract.ts';
import { type ContractTable, callOf } from '../../contract/define.ts';
import { toFault } from '../../contract/errors.ts';
import { parseCall } from '../../contract/parse-call.ts';

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

/** The one way in for every face of the engine. */
export function createDispatch(
  handlers: Handlers,
  onInternal: (name: string, error: unknown) => void,
): Dispatch {
  return dispatchOver(contract, handlers as AnyHandlers<CallContext>, onInternal);
}

/** Handlers of any contract; the table ties each name to its types, which TypeScript cannot follow through an index. */
export type AnyHandlers<Context> = Readonly<
  Record<string, (input: unknown, context: Context) => Promise<unknown>>
>;

/**
 * Answers the calls of a contract: parses the input, runs the handler, parses the output. Never throws; a fault is a
 * value and carries no stack.
 */
export function dispatchOver<Context>(
  table: ContractTable,
  handlers: AnyHandlers<Context>,
  onInternal: (name: string, error: unknown) => void,
): (name: unknown, raw: unknown, context: Context) => Promise<Answer> {
  return async (name, raw, context) => {
    try {
      const call = parseCall(table, name, raw);
      const value = await handlers[call.name]?.(call.input, context);
      return { ok: true, value: callOf(table, name)?.output.parse(value) };
    } catch (error) {
      const fault = toFault(error);
      if (fault.code === 'internal') onInternal(String(name), error);
      return { ok: false, fault };
    }
  };
}
