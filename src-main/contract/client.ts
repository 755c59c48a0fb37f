import {
  type CallInput,
  type CallName,
  type CallOutput,
  contract,
  type EventName,
  type EventPayload,
} from './contract.ts';
import { type ContractTable, eventOf } from './define.ts';
import { type Fault, fromFault } from './errors.ts';

/** What travels back for a call, over any port. */
export type Answer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly fault: Fault };

/** The least a transport must offer; the preload, the control socket and the engine itself all do. */
export interface Port {
  call(name: string, input: unknown): Promise<Answer>;
  subscribe(name: string, listener: (payload: unknown) => void): () => void;
}

/** The engine as its faces see it. */
export interface Client {
  /** Throws BackhaulError with the fault's code. */
  call<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>>;
  /** Returns the function that ends the subscription. A payload of another shape is left out. */
  subscribe<Name extends EventName>(name: Name, listener: (payload: EventPayload<Name>) => void): () => void;
}

/** A typed client of the engine's contract over a port. */
export function createClient(port: Port): Client {
  return clientOver(contract, port) as Client;
}

/** The one client there is, for any contract; its types are given by who makes it. */
export function clientOver(table: ContractTable, port: Port) {
  return {
    async call(name: string, input: unknown): Promise<unknown> {
      const answer = await port.call(name, input);
      if (!answer.ok) throw fromFault(answer.fault);
      return answer.value;
    },
    subscribe(name: string, listener: (payload: unknown) => void): () => void {
      return port.subscribe(name, (payload) => {
        const parsed = eventOf(table, name)?.payload.safeParse(payload);
        if (parsed?.success) listener(parsed.data);
      });
    },
  };
}
