import { z } from 'zod';
import { BackhaulError } from '../../../contract/errors.ts';
import type { CloudSession } from '../../cloud/service.ts';
import type { Storage } from '../../storage/service.ts';

const rowsPerPage = 1000;

export interface BringOverOptions {
  readonly storage: Storage;
  /** the cloud that is left */
  readonly session: CloudSession;
  readonly locationId: string;
  readonly signal: AbortSignal;
}

export interface CloudPage extends Omit<BringOverOptions, 'storage'> {
  /** the cloud's table, without ASE_ */
  readonly table: string;
  /** what numbers its rows there; read as `row_key` */
  readonly id: string;
  readonly columns: readonly string[];
}

/**
 * A page of a location's rows in the cloud, in the order of what numbers them; null for the first one.
 * @throws CloudError; BackhaulError `internal` where the rows have another form
 */
export async function readCloudPage<Shape extends z.ZodType>(
  { session, locationId, signal, table, id, columns }: CloudPage,
  shape: Shape,
  after: string | number | null,
): Promise<z.output<Shape>[]> {
  const query = new URLSearchParams({
    select: `row_key:${id},${columns.join(',')}`,
    location_id: `eq.${locationId}`,
    ...(after === null ? {} : { [id]: `gt.${after}` }),
    order: `${id}.asc`,
    limit: String(rowsPerPage),
  });
  const response = await session.get(`/rest/v1/ASE_${table}?${query}`, signal);
  const page = z.array(shape).safeParse(await response.json());
  if (page.success) return page.data;
  throw new BackhaulError(
    'internal',
    `The cloud that is left answers in another form; nothing was switched. (ASE_${table})`,
  );
}
