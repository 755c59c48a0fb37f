import { z } from 'zod';
import { type Connection, readSetting, writeSetting } from '../../storage/service.ts';

const count = z.int().min(0);

const tableProgress = z.object({
  /** rowid of the last row of the older table that was taken */
  cursor: z.int(),
  /** the last id that ours had before; of the rows up to it one that is equal is not taken again */
  floor: z.int(),
  done: z.boolean(),
  imported: count,
  alreadyThere: count,
  leftOut: count,
  /** of those imported, so many go without a column of which nothing could be made */
  inPart: count.default(0),
  /** why the first of them was left out, or came in part */
  reason: z.string().nullable(),
});

const importRecord = z.object({
  file: z.string(),
  size: count,
  mtimeMs: z.number(),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  /** its newest snapshot came first: rowid; null while it has not */
  newest: z.int().nullable(),
  /** readings were taken here before it began */
  isFollowed: z.boolean(),
  tables: z.record(z.string(), tableProgress),
});

export type TableProgress = z.infer<typeof tableProgress>;
/** How far the import of one file has come; written in the transactions that bring its rows. */
export type ImportRecord = z.infer<typeof importRecord>;

export function readImports(db: Connection): readonly ImportRecord[] {
  try {
    return z.array(importRecord).parse(JSON.parse(readSetting(db, 'inventory_import') ?? '[]'));
  } catch {
    return [];
  }
}

/** Inside a write transaction. */
export function writeImport(db: Connection, record: ImportRecord): void {
  const others = readImports(db).filter(({ file }) => file !== record.file);
  writeSetting(db, 'inventory_import', JSON.stringify([...others, record]));
}
