import type { RowsQuestion } from '../sync/rows-question.ts';
import type { CloudSession } from './cloud-session.ts';

/** @throws CloudError */
export function readLocationRows(
  session: CloudSession,
  locationId: string,
  { table, id, columns, conditions = [], after, limit }: RowsQuestion,
  signal: AbortSignal,
): Promise<unknown> {
  const query = new URLSearchParams({
    select: `row_key:${id},${columns.join(',')}`,
    location_id: `eq.${locationId}`,
    order: `${id}.asc`,
    limit: String(limit),
  });
  for (const [column, condition] of conditions) query.append(column, condition);
  if (after !== null) query.append(id, `gt.${after}`);
  return session.getJson(`/rest/v1/ASE_${table}?${query}`, signal);
}
