import {
  type CallInput,
  type CallName,
  type CallOutput,
  contract,
  type EventName,
  type EventPayload,
} from './contract.ts';
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

/** A typed client over a port. */
export function createClient(port: Port): Client {
  return {
    async call<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> {
      const answer = await port.call(name, input);
      if (!answer.ok) throw fromFault(answer.fault);
      return answer.value as CallOutput<Name>;
    },
    subscribe<Name extends EventName>(name: Name, listener: (payload: EventPayload<Name>) => void) {
      return port.subscribe(name, (payload) => {
        const parsed = contract[name].payload.safeParse(payload);
        if (parsed.success) listener(parsed.data as EventPayload<Name>);
      });
    },
  };
}
