import { randomUUID } from 'node:crypto';
import Database from 'better-sqlite3';
import { temporaryFolder } from '../../../e2e/support/temporary-folder.ts';
import { type StreamResult, streamResult } from '../../contract/run-shapes.ts';
import { databaseFileName, openStorage, type Storage, utcText } from '../storage/service.ts';
import { createReports, type Reports } from './service.ts';

/** A run as the journal writes it; what is left out is that of a good run with nothing to do. */
export interface WrittenRun {
  /** when it began, milliseconds */
  readonly at: number;
  readonly status?: string;
  readonly mode?: string;
  readonly durationMs?: number;
  readonly records?: number;
  readonly quarantined?: number;
  readonly stranded?: number;
  readonly error?: string;
  readonly group?: string;
  readonly faultCode?: string;
  readonly streams?: readonly (Partial<StreamResult> & {
    readonly stream: string;
    readonly status?: string;
  })[];
}

/** The reports of a real file whose bookkeeping the test writes. */
export interface ReportBox {
  readonly db: Database.Database;
  readonly storage: Storage;
  readonly reports: Reports;
  run(run: WrittenRun): number;
  /** the reports as they are after a restart */
  reopen(): Promise<Reports>;
  close(): Promise<void>;
}

export async function openReportBox(now: () => Date, timeZone = 'Asia/Shanghai'): Promise<ReportBox> {
  const folder = temporaryFolder('reports');
  const open = (): Promise<Storage> => openStorage(folder.path, { locationId: 'store_1', timeZone, now });
  let storage = await open();
  const db = new Database(`${folder.path}/${databaseFileName}`, { timeout: 5000 });
  return {
    db,
    storage,
    reports: createReports({ storage, now }),
    run: (run) => writeRun(db, run),
    async reopen() {
      await storage.close();
      storage = await open();
      return createReports({ storage, now });
    },
    async close() {
      db.close();
      await storage.close();
      folder.remove();
    },
  };
}

/** Many runs, an hour of them good and bad in turn every ten minutes, the newest just now, each with seven streams. */
export function insertManyRuns(db: Database.Database, runs: number, now: number): void {
  const streams = [
    'locations',
    'cameras',
    'camera_rois',
    'videos',
    'sessions',
    'division_states',
    'table_states',
  ];
  db.transaction(() => {
    for (let index = runs - 1; index >= 0; index -= 1) {
      const failed = index % 6 === 3;
      writeRun(db, {
        at: now - index * 600_000,
        status: failed ? 'failed' : 'success',
        mode: index % 5 === 0 ? 'full' : 'hourly',
        durationMs: 1000 + (index % 7) * 300,
        records: failed ? 0 : 100 + (index % 50),
        ...(failed ? { group: 'network', faultCode: 'unavailable', error: 'no answer' } : {}),
        streams: streams.map((stream) => ({
          stream,
          planned: 20,
          sent: failed ? 0 : 20,
          failed: failed ? 20 : 0,
        })),
      });
    }
  })();
}

function writeRun(db: Database.Database, run: WrittenRun): number {
  const { at, status = 'success', durationMs = 1000, records = 0, streams = [] } = run;
  const began = utcText(new Date(at));
  const finished = utcText(new Date(at + durationMs));
  const sql = `INSERT INTO sync_status (location_id, sync_type, last_sync_time, records_synced, status, error_message, "trigger",
    started_at, finished_at, sent, quarantined, stranded, duration_ms, fault_code, error_group, run_key)
    VALUES ('store_1', ?, ?, ?, ?, ?, 'cli', ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
  const id = Number(
    db
      .prepare(sql)
      .run(
        run.mode ?? 'full',
        finished,
        records,
        status,
        run.error ?? null,
        began,
        finished,
        records,
        run.quarantined ?? 0,
        run.stranded ?? 0,
        durationMs,
        run.faultCode ?? null,
        run.group ?? null,
        randomUUID(),
      ).lastInsertRowid,
  );
  const insert =
    db.prepare(`INSERT INTO sync_history (sync_type, sync_timestamp, status, error_message, sync_metadata, run_id)
    VALUES (?, ?, ?, ?, ?, ?)`);
  for (const { status: streamStatus = 'success', ...partial } of streams) {
    const result = streamResult.parse({
      planned: 0,
      sent: 0,
      duplicates: 0,
      quarantined: 0,
      failed: 0,
      error: null,
      ...partial,
    });
    insert.run(result.stream, began, streamStatus, result.error, JSON.stringify(result), id);
  }
  return id;
}
