import { z } from 'zod';
import { BackhaulError } from '../../contract/errors.ts';
import type { CloudSession } from '../cloud/service.ts';
import type { LocalRecord } from './local-records.ts';
import type { StateTable, Wanted } from './wanted-records.ts';

const cloudRow = z.looseObject({
  session_id: z.string(),
  camera_id: z.string(),
  frame_number: z.number(),
  state: z.string(),
  timestamp_recorded: z.string().nullable(),
});

/** A row of the cloud, as it stands there. */
export type CloudRow = z.infer<typeof cloudRow>;

/** Some way below what servers and proxies take as an address. */
const longestFilter = 5000;

/** The cloud's rows of what is wanted, newest first, one more than the limit where there are more. */
export function readWanted(
  session: CloudSession,
  table: StateTable,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<CloudRow[]> {
  const query = new URLSearchParams({ select: '*', location_id: `eq.${wanted.locationId}` });
  for (const [column, value] of [
    ['session_id', wanted.sessionId],
    ['camera_id', wanted.cameraId],
    ['table_id', wanted.tableId],
  ] as const)
    if (value !== null) query.append(column, `eq.${value}`);
  if (wanted.fromMs !== null)
    query.append('timestamp_recorded', `gte.${new Date(wanted.fromMs).toISOString()}`);
  if (wanted.beforeMs !== null)
    query.append('timestamp_recorded', `lt.${new Date(wanted.beforeMs).toISOString()}`);
  query.append('order', 'timestamp_recorded.desc');
  query.append('limit', String(wanted.limit + 1));
  return read(session, table, query, signal);
}

/** The cloud's rows of these records. What no cloud could hold is not asked for. */
export async function readCounterparts(
  session: CloudSession,
  table: StateTable,
  wanted: Wanted,
  records: readonly LocalRecord[],
  signal: AbortSignal,
): Promise<CloudRow[]> {
  const keys = new Set(records.flatMap(({ row }) => keyFilter(table, row) ?? []));
  const rows: CloudRow[] = [];
  for (const some of inAddresses([...keys])) {
    const query = new URLSearchParams({
      select: '*',
      location_id: `eq.${wanted.locationId}`,
      or: `(${some.join(',')})`,
    });
    rows.push(...(await read(session, table, query, signal)));
  }
  return rows;
}

/** As many filters at once as fit into an address. */
function inAddresses(filters: readonly string[]): string[][] {
  const requests: string[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const filter of filters) {
    const more = encodeURIComponent(filter).length;
    if (length + more > longestFilter) {
      requests.push([]);
      length = 0;
    }
    requests.at(-1)?.push(filter);
    length += more;
  }
  return requests;
}

function keyFilter(table: StateTable, row: LocalRecord['row']): string | null {
  const parts = table.key.map((name) => {
    const value = row[name];
    if (name === 'frame_number') return Number.isSafeInteger(value) ? `${name}.eq.${value}` : null;
    return typeof value === 'string' && !value.includes('\0') ? `${name}.eq.${quoted(value)}` : null;
  });
  return parts.includes(null) ? null : `and(${parts.join(',')})`;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

async function read(
  session: CloudSession,
  table: StateTable,
  query: URLSearchParams,
  signal: AbortSignal,
): Promise<CloudRow[]> {
  const response = await session.get(`/rest/v1/ASE_${table.name}?${query}`, signal);
  const text = await response.text();
  const parsed = z.array(cloudRow).safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw new BackhaulError('unavailable', 'Something else than the cloud answers at its address.');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
