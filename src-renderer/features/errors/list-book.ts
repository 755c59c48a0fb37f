import { createPageReader, type PagedList, type PageReader } from '../../console/paged-list.ts';

/** Long lists by name, each read as its places come into sight. */
export interface ListBook {
  need(name: string, place: number): void;
  /** reads the named lists anew and forgets all others */
  refresh(names: readonly string[]): Promise<void>;
}

/** So many lists are read before anybody looks at them. */
const readAhead = 10;

export function createListBook<Item>(
  read: (
    name: string,
    after: Item | null,
    limit: number,
  ) => Promise<{ readonly items: readonly Item[]; readonly total: number }>,
  tell: (lists: Readonly<Record<string, PagedList<Item>>>) => void,
  fail: (error: unknown) => void,
  mostAtOnce = 500,
): ListBook {
  const readers = new Map<string, PageReader>();
  let lists: Readonly<Record<string, PagedList<Item>>> = {};

  function readerOf(name: string): PageReader {
    const known = readers.get(name);
    if (known) return known;
    const reader = createPageReader<Item>({
      read: (after, limit) => read(name, after, limit),
      tell: (list) => {
        if (readers.get(name) !== reader) return;
        lists = { ...lists, [name]: list };
        tell(lists);
      },
      fail,
      mostAtOnce,
    });
    readers.set(name, reader);
    return reader;
  }

  return {
    need(name, place) {
      const isNew = !readers.has(name);
      const reader = readerOf(name);
      if (isNew) void reader.refresh();
      reader.need(place);
    },
    async refresh(names) {
      for (const name of readers.keys()) if (!names.includes(name)) readers.delete(name);
      lists = Object.fromEntries(Object.entries(lists).filter(([name]) => names.includes(name)));
      tell(lists);
      const wanted = names.filter((name, index) => index < readAhead || readers.has(name));
      await Promise.all(wanted.map((name) => readerOf(name).refresh()));
    },
  };
}
