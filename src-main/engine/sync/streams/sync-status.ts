import { fromUtcText } from '../../storage/service.ts';
import type { ParentTable } from '../parent-source.ts';

/** Finished runs, for head office (SPEC 5.5). Bookkeeping: in no run's figures, its failure changes no verdict. */
export const syncStatus: ParentTable = {
  name: 'sync_status',
  select: `SELECT * FROM sync_status WHERE location_id = ? AND run_key IS NOT NULL AND finished_at IS NOT NULL
    ORDER BY sync_id DESC LIMIT 500`,
  key: ['run_key'],
  bare: null,
  isStub: () => false,
  parents: () => [],
  toCloud: (row) => ({
    location_id: row.location_id ?? null,
    run_key: row.run_key ?? null,
    sync_type: row.sync_type ?? null,
    trigger: row.trigger ?? null,
    status: row.status ?? null,
    started_at: utc(row.started_at),
    finished_at: utc(row.finished_at),
    last_sync_time: utc(row.last_sync_time),
    records_synced: row.records_synced ?? null,
    planned: row.planned ?? null,
    duplicates: row.duplicates ?? null,
    quarantined: row.quarantined ?? null,
    failed: row.failed ?? null,
    error_message: row.error_message ?? null,
    service_instance: row.service_instance ?? null,
  }),
};

function utc(value: string | number | null | undefined): string | null {
  return typeof value === 'string' ? (fromUtcText(value)?.toISOString() ?? null) : null;
}
