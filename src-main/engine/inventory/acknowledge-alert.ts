import { BackhaulError } from '../../contract/errors.ts';
import type { AlertRow } from '../../contract/inventory-shapes.ts';
import { prepared, type Storage } from '../storage/service.ts';
import { alertColumns, toAlert } from './read-rows.ts';

/** Remembers that a person has seen the alert. @throws BackhaulError `not_found`; nothing was changed then */
export async function acknowledgeAlert(storage: Storage, id: number): Promise<AlertRow> {
  const row = await storage.transaction((db) => {
    prepared(db, 'UPDATE alerts_log SET acknowledged = 1 WHERE id = ? AND acknowledged IS NOT 1').run(id);
    return prepared(db, `SELECT ${alertColumns} FROM alerts_log WHERE id = ?`).get(id);
  });
  if (row !== undefined) return toAlert(row as Parameters<typeof toAlert>[0]);
  return unknownAlert(id);
}

export function unknownAlert(id: number): never {
  throw new BackhaulError(
    'not_found',
    `No alert has the id ${id}. Nothing was changed; "backhaul inventory alerts" shows which there are.`,
  );
}
