/** How one batch is taken apart; every item ends accepted, refused, or undecided where the work stopped. */
export interface IsolationPorts<Item> {
  /** sends, and marks what was accepted */
  readonly send: (items: readonly Item[]) => Promise<void>;
  /** whether the failure is one record's own fault; any other ends the isolation */
  readonly isContent: (error: unknown) => boolean;
  /** one item was refused by itself; resolves to true where single records must be tried before going on */
  readonly refused: (item: Item, error: unknown) => Promise<boolean>;
  /** none of the records that were tried was taken */
  readonly unanimous: (error: unknown) => void;
  readonly stopped: () => boolean;
}

/** Single records of the rest that are tried before a stream is called blocked. */
const samples = 8;

/**
 * Finds the records of a refused batch that the cloud does not take, so that all others land in the same run
 * (SPEC 5.1). Both halves are sent before a refused one is halved again: what can land lands first. Where the first
 * half was accepted the second must hold the fault, and is halved without being sent: one bad record in 1000
 * costs at most 20 requests.
 */
export async function isolate<Item>(
  batch: readonly Item[],
  batchError: unknown,
  ports: IsolationPorts<Item>,
): Promise<void> {
  const decided = new Set<Item>();
  let sampled = false;

  /** null when the cloud took them, else why not */
  async function attempt(items: readonly Item[]): Promise<unknown> {
    try {
      await ports.send(items);
      for (const item of items) decided.add(item);
      return null;
    } catch (error) {
      if (ports.isContent(error)) return error;
      throw error;
    }
  }

  async function refuse(item: Item, error: unknown): Promise<void> {
    decided.add(item);
    if (await ports.refused(item, error)) await sample(error);
  }

  async function sample(lastError: unknown): Promise<void> {
    sampled = true;
    const rest = batch.filter((item) => !decided.has(item));
    const step = Math.max(1, rest.length / samples);
    for (let at = rest.length - 1; at >= 0 && !ports.stopped(); at = Math.ceil(at - step)) {
      const item = rest[at];
      if (item === undefined) break;
      const error = await attempt([item]);
      if (error === null) return;
      decided.add(item);
      await ports.refused(item, error);
    }
    ports.unanimous(lastError);
  }

  async function divide(given: readonly Item[], error: unknown): Promise<void> {
    const items = given.filter((item) => !decided.has(item));
    const [only] = items;
    if (ports.stopped() || only === undefined) return;
    if (items.length === 1 && given.length === 1) return refuse(only, error);
    const middle = Math.ceil(items.length / 2);
    const first = items.slice(0, middle);
    const second = items.slice(middle);
    const knewAll = !sampled;
    const firstError = await attempt(first);
    // A record that is to be set aside is sent alone first: two of them may contradict each other only.
    const inherited = firstError === null && knewAll && items.length === given.length && second.length > 1;
    const secondError = second.length === 0 ? null : inherited ? error : await attempt(second);
    if (firstError !== null) await divide(first, firstError);
    if (secondError !== null) await divide(second, secondError);
  }

  await divide(batch, batchError);
}
