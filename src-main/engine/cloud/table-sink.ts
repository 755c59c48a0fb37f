import type { OutgoingRow, OutgoingValues } from '../sync/outgoing-row.ts';
import type { Receipt, Sink } from '../sync/stream.ts';
import { CloudError } from './cloud-error.ts';
import type { CloudSession } from './cloud-session.ts';

export interface TableSinkOptions {
  readonly table: string;
  /** the natural key, as the cloud's unique key has it */
  readonly key: readonly string[];
}

/**
 * Writes rows to one table, idempotent by key. Rows are first inserted with duplicates ignored, so that the
 * answer tells how many are new; only if some were there already a second statement settles their content.
 * Resolves only when every row of the batch is in the cloud. @throws CloudError, nothing of it may be marked
 */
export function tableSink<Item>(
  session: CloudSession,
  options: TableSinkOptions,
  outgoing: (item: Item) => OutgoingRow,
): Sink<Item> {
  const key = list(options.key);

  async function write(
    rows: readonly OutgoingValues[],
    resolution: 'ignore' | 'merge',
    signal: AbortSignal,
  ): Promise<Written> {
    if (rows.length === 0) return { rows: 0, bytes: 0 };
    const prefer = `return=minimal,count=exact,resolution=${resolution}-duplicates`;
    const columns = list(Object.keys(rows[0] ?? {}));
    const path = `/rest/v1/${options.table}?columns=${columns}&on_conflict=${key}`;
    const body = JSON.stringify(rows);
    const response = await session.post(path, body, prefer, signal);
    await response.body?.cancel().catch(() => undefined); // the head has said it all
    const written = writtenCount(response);
    // To merge writes every row, to ignore duplicates at most every row: another count is another request's.
    const isOfThese = resolution === 'merge' ? written === rows.length : (written ?? Infinity) <= rows.length;
    if (written === null || !isOfThese) throw strangeAnswer(response, options.table);
    return { rows: written, bytes: Buffer.byteLength(body) };
  }

  return {
    async send(items, signal): Promise<Receipt> {
      const rows = items.map(outgoing);
      const settle = only(rows, 'settle');
      const inserted = await write(settle, 'ignore', signal);
      const settled = await write(inserted.rows < settle.length ? settle : [], 'merge', signal);
      const kept = await write(only(rows, 'keep'), 'ignore', signal);
      const updated = await write(only(rows, 'update'), 'merge', signal);
      const sent = inserted.rows + kept.rows + updated.rows;
      const bytes = inserted.bytes + settled.bytes + kept.bytes + updated.bytes;
      return { sent, duplicates: items.length - sent, bytes };
    },
  };
}

interface Written {
  readonly rows: number;
  readonly bytes: number;
}

function only(rows: readonly OutgoingRow[], onConflict: OutgoingRow['onConflict']): OutgoingValues[] {
  return rows.filter((one) => one.onConflict === onConflict).map((one) => one.row);
}

function list(columns: readonly string[]): string {
  return encodeURIComponent(columns.map((name) => `"${name}"`).join(','));
}

/** How many rows the statement wrote, as PostgREST's content-range says; nothing else is believed. */
function writtenCount(response: Response): number | null {
  const match = /^(?:\*|\d+-\d+)\/(\d+)$/.exec(response.headers.get('content-range') ?? '');
  return match?.[1] === undefined ? null : Number(match[1]);
}

function strangeAnswer(response: Response, table: string): CloudError {
  const message = 'an answer without the count of its rows: something else answers in the place of the cloud';
  return new CloudError(
    { kind: 'network', status: response.status, code: '', message, retryAfterMs: null },
    table,
  );
}
