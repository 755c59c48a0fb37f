import { clientOver, type Port } from './client.ts';
import {
  type DesktopCallInput,
  type DesktopCallName,
  type DesktopCallOutput,
  type DesktopEventName,
  type DesktopEventPayload,
  desktopContract,
} from './desktop-contract.ts';

/** The console's main process as its page sees it. */
export interface DesktopClient {
  /** Throws BackhaulError with the fault's code. */
  call<Name extends DesktopCallName>(
    name: Name,
    input: DesktopCallInput<Name>,
  ): Promise<DesktopCallOutput<Name>>;
  /** Returns the function that ends the subscription. A payload of another shape is left out. */
  subscribe<Name extends DesktopEventName>(
    name: Name,
    listener: (payload: DesktopEventPayload<Name>) => void,
  ): () => void;
}

/** A typed client of the desktop's contract, over the port that also leads to the engine. */
export function createDesktopClient(port: Port): DesktopClient {
  return clientOver(desktopContract, port) as DesktopClient;
}
