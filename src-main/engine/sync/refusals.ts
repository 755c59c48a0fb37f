import { BackhaulError } from '../../contract/errors.ts';
import type { Refusal } from './stream.ts';

/** As many records refused with one code, and none taken, are no bad records but a cloud that is set up otherwise. */
const blockedFrom = 20;

export interface Refusals<Item> {
  /** some records of the stream were taken: from now on a refused one is a bad record */
  accepted(): Promise<void>;
  /** true where it must be tried whether the cloud takes any record at all */
  refused(item: Item, error: unknown): Promise<boolean>;
  /** the error of a stream of which nothing was taken; what was refused is not set aside */
  blocked(error: unknown): BackhaulError;
  /** at the end: sets aside what is still undecided */
  finish(): Promise<void>;
}

export interface RefusalPorts<Item> {
  readonly stream: string;
  readonly refusalOf: (error: unknown) => Refusal;
  readonly setAside: (item: Item, refusal: Refusal) => Promise<void>;
}

/** Decides whether refused records are bad ones or the stream is blocked (SPEC 5.1). */
export function createRefusals<Item>(ports: RefusalPorts<Item>): Refusals<Item> {
  let anyAccepted = false;
  let asked = false;
  let blocked = false;
  const held: { readonly item: Item; readonly refusal: Refusal }[] = [];

  async function release(): Promise<void> {
    for (const { item, refusal } of held.splice(0)) await ports.setAside(item, refusal);
  }

  return {
    async accepted() {
      anyAccepted = true;
      await release();
    },
    async refused(item, error) {
      const refusal = ports.refusalOf(error);
      if (anyAccepted) {
        await ports.setAside(item, refusal);
        return false;
      }
      held.push({ item, refusal });
      if (asked) return false;
      asked = held.filter((one) => one.refusal.code === refusal.code).length >= blockedFrom;
      return asked;
    },
    blocked(error) {
      blocked = true;
      const { code, message } = ports.refusalOf(error);
      const tried = held.length;
      held.length = 0;
      return new BackhaulError(
        'misconfigured',
        `The cloud refuses every record of ${ports.stream} that was tried (${tried}) for one reason: ${code} ${message}. That is no bad record but a rule of the cloud that does not fit. Nothing was set aside, nothing is lost; the records wait here. Correct that rule in the cloud (backhaul cloud check shows what Backhaul itself needs there), then they go with the next run.`,
        { details: { blocked: true, cloudCode: code } },
      );
    },
    async finish() {
      if (!blocked) await release();
    },
  };
}
