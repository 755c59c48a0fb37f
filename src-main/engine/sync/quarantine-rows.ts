import type { QuarantineEntry } from '../../contract/quarantine-shapes.ts';

/** A row of sync_quarantine. */
export interface EntryRow {
  readonly id: number;
  readonly stream: string;
  readonly record_key: string;
  readonly local_id: string | null;
  readonly payload: string | null;
  readonly code: string | null;
  readonly message: string | null;
  readonly first_seen: string | null;
  readonly attempts: number | null;
  readonly resolution: string;
  readonly resolved_at: string | null;
}

/** SQL: the columns of an EntryRow. */
export const entryColumns = `id, stream, record_key, CAST(local_id AS TEXT) AS local_id, payload, code, message, first_seen,
  attempts, resolution, resolved_at`;

/** SQL: the code as it is told; older scripts may have left it out. */
export const entryCode = `COALESCE(NULLIF(code, ''), 'unknown')`;

export function toEntry(row: EntryRow): QuarantineEntry {
  return {
    id: row.id,
    stream: row.stream,
    recordKey: row.record_key,
    code: row.code ?? '',
    message: row.message ?? '',
    attempts: row.attempts ?? 1,
    resolution: row.resolution as QuarantineEntry['resolution'],
    firstSeen: row.first_seen,
    resolvedAt: row.resolved_at,
    payload: readPayload(row.payload),
  };
}

function readPayload(text: string | null): QuarantineEntry['payload'] {
  try {
    return JSON.parse(text ?? '{}') as QuarantineEntry['payload'];
  } catch {
    return {};
  }
}
