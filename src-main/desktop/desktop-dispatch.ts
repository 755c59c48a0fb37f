import type { Answer } from '../contract/client.ts';
import {
  type DesktopCallName,
  type DesktopCallOutput,
  type DesktopParsedInput,
  desktopContract,
} from '../contract/desktop-contract.ts';
import { type AnyHandlers, dispatchOver } from '../engine/rpc/dispatch.ts';

/** One handler per call of the desktop's contract; a missing one does not compile. */
export type DesktopHandlers = {
  readonly [Name in DesktopCallName]: (input: DesktopParsedInput<Name>) => Promise<DesktopCallOutput<Name>>;
};

/** Answers them by the same rules as the engine's dispatch. */
export function createDesktopDispatch(
  handlers: DesktopHandlers,
  onInternal: (name: string, error: unknown) => void,
): (name: string, raw: unknown) => Promise<Answer> {
  const dispatch = dispatchOver(desktopContract, handlers as AnyHandlers<null>, onInternal);
  return (name, raw) => dispatch(name, raw, null);
}
