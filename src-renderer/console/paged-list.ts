/** What has been read of a long list, and how long it is. */
export interface PagedList<Item> {
  readonly items: readonly Item[];
  /** null until the first page was read */
  readonly total: number | null;
}

export interface PageReader {
  /** Reads on until this place of the list has been read. */
  need(place: number): void;
  /** Reads anew from the beginning, as far as it had been read, and shows it at once when that is done. */
  refresh(): Promise<void>;
}

export interface PageReaderOptions<Item> {
  /** the items after one of them, or the first ones */
  readonly read: (after: Item | null, limit: number) => Promise<{ items: readonly Item[]; total: number }>;
  readonly tell: (list: PagedList<Item>) => void;
  readonly fail: (error: unknown) => void;
  /** 500, if left out */
  readonly mostAtOnce?: number;
}

const leastAtOnce = 100;

/** Reads a list page by page as its places come into sight. */
export function createPageReader<Item>(options: PageReaderOptions<Item>): PageReader {
  const { read, tell, fail, mostAtOnce = 500 } = options;
  let list: PagedList<Item> = { items: [], total: null };
  let wanted = 0;
  /** a newer refresh makes what an older one reads worthless */
  let round = 0;
  let reading = false;

  async function readUpTo(count: number, from: readonly Item[]): Promise<PagedList<Item>> {
    const items = [...from];
    for (;;) {
      const limit = Math.min(mostAtOnce, Math.max(leastAtOnce, count - items.length));
      const page = await read(items.at(-1) ?? null, limit);
      items.push(...page.items);
      const isAll = page.items.length < limit || items.length >= count;
      if (isAll) return { items, total: Math.max(page.total, items.length) };
    }
  }

  async function readOn(): Promise<void> {
    if (reading) return;
    reading = true;
    try {
      while (list.total !== null && list.items.length < Math.min(wanted, list.total)) {
        const began = round;
        const before = list.items.length;
        const next = await readUpTo(Math.min(wanted, before + mostAtOnce), list.items);
        if (began !== round) continue;
        // What was deleted in between is not waited for.
        list = next.items.length === before ? { ...next, total: before } : next;
        tell(list);
      }
    } catch (error) {
      fail(error);
    } finally {
      reading = false;
    }
  }

  return {
    need(place) {
      wanted = Math.max(wanted, place + 1);
      void readOn();
    },
    async refresh() {
      round += 1;
      const began = round;
      try {
        const fresh = await readUpTo(list.items.length, []);
        if (began !== round) return;
        list = fresh;
        tell(list);
      } catch (error) {
        if (began === round) fail(error);
        return;
      }
      await readOn();
    },
  };
}
