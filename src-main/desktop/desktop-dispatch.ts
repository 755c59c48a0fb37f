import { z } from 'zod';
import type { Answer } from '../contract/client.ts';
import {
  type DesktopCallName,
  type DesktopCallOutput,
  type DesktopParsedInput,
  desktopContract,
  isDesktopCallName,
} from '../contract/desktop-contract.ts';
import { BackhaulError, toFault } from '../contract/errors.ts';

/** One handler per call of the desktop's contract; a missing one does not compile. */
export type DesktopHandlers = {
  readonly [Name in DesktopCallName]: (input: DesktopParsedInput<Name>) => Promise<DesktopCallOutput<Name>>;
};

/** The same rules as the engine's dispatch: input parsed, output parsed, a fault is a value without a stack. */
export function createDesktopDispatch(
  handlers: DesktopHandlers,
  onInternal: (name: string, error: unknown) => void,
): (name: string, raw: unknown) => Promise<Answer> {
  return async (name, raw) => {
    try {
      return { ok: true, value: await run(handlers, name, raw) };
    } catch (error) {
      if (!(error instanceof BackhaulError)) onInternal(name, error);
      return { ok: false, fault: toFault(error) };
    }
  };
}

async function run(handlers: DesktopHandlers, name: string, raw: unknown): Promise<unknown> {
  if (!isDesktopCallName(name))
    throw new BackhaulError('not_found', `There is no call named ${JSON.stringify(name)}.`);
  const input = desktopContract[name].input.safeParse(raw ?? {});
  if (!input.success) {
    throw new BackhaulError(
      'invalid_input',
      `The input of ${name} is not valid: ${z.prettifyError(input.error)}`,
    );
  }
  // The table ties each name to its handler's types; TypeScript cannot follow the union through the index.
  const handler = handlers[name] as (input: unknown) => Promise<unknown>;
  return desktopContract[name].output.parse(await handler(input.data));
}
