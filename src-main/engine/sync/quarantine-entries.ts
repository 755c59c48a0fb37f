import { type Connection, prepared } from '../storage/service.ts';

/** An entry of the quarantine that waits for a decision. */
export interface OpenEntry {
  readonly id: number;
  readonly stream: string;
  readonly record_key: string;
  readonly local_id: string | null;
}

/** The entry and those of its equal copies, which are refused only because it is; a copy stands for itself. */
export function withCopies(db: Connection, entry: OpenEntry): OpenEntry[] {
  const sql = `SELECT id, stream, record_key, CAST(local_id AS TEXT) AS local_id FROM sync_quarantine
    WHERE stream = ? AND record_key = ? AND resolution = 'open' AND (id = ?
      OR code = 'copy_of_quarantined'
        AND (SELECT code FROM sync_quarantine WHERE id = ?) <> 'copy_of_quarantined')`;
  return prepared(db, sql).all(entry.stream, entry.record_key, entry.id, entry.id) as OpenEntry[];
}
