import { z } from 'zod';
import { BackhaulError } from '../../../contract/errors.ts';
import { type CloudSession, readLocationRows } from '../../cloud/service.ts';
import type { Storage } from '../../storage/service.ts';
import type { RowsQuestion } from '../rows-question.ts';

const rowsPerPage = 1000;

export interface BringOverOptions {
  readonly storage: Storage;
  /** the cloud that is left */
  readonly session: CloudSession;
  readonly locationId: string;
  readonly signal: AbortSignal;
}

export type CloudPage = Omit<BringOverOptions, 'storage'> & Pick<RowsQuestion, 'table' | 'id' | 'columns'>;

/**
 * A page of a location's rows in the cloud, in the order of what numbers them; null for the first one.
 * @throws CloudError; BackhaulError `internal` where the rows have another form
 */
export async function readCloudPage<Shape extends z.ZodType>(
  { session, locationId, signal, table, id, columns }: CloudPage,
  shape: Shape,
  after: string | number | null,
): Promise<z.output<Shape>[]> {
  const asked = { table, id, columns, after, limit: rowsPerPage };
  const page = z.array(shape).safeParse(await readLocationRows(session, locationId, asked, signal));
  if (page.success) return page.data;
  throw new BackhaulError(
    'internal',
    `The cloud that is left answers in another form; nothing was switched. (ASE_${table})`,
  );
}
