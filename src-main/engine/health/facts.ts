import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { belongsElsewhere, nameOfIdentity } from '../cloud/service.ts';
import type { Config } from '../config/load-config.ts';
import {
  backupIsStaleAfterMs,
  fromUtcText,
  listBackups,
  prepared,
  readSetting,
  type Storage,
  utcText,
} from '../storage/service.ts';
import { previousSlot } from '../sync/service.ts';
import type { BackupFacts } from './checks.ts';

const dayMs = 86_400_000;
const overdueMs = 30 * 60_000;

/** The newest slot that passed more than half an hour ago, null where nothing is scheduled. */
export function missableSlot(storage: Storage, { schedule }: Config, now: Date): Date | null {
  if (!schedule.enabled) return null;
  return previousSlot(schedule, storage.location.timeZone(), new Date(now.getTime() - overdueMs));
}

/** Records of the last day that runs took, and those among them that failed at last or were set aside. */
export function lastDay(
  storage: Storage,
  now: Date,
): { readonly records: number; readonly bad: number; readonly conflicts: number } {
  const since = utcText(new Date(now.getTime() - dayMs));
  const one = (sql: string): Record<string, number> =>
    prepared(storage.reader, sql).get(since) as Record<string, number>;
  const runs = one(
    `SELECT COALESCE(sum(sent + duplicates + quarantined), 0) AS taken FROM sync_status WHERE started_at >= ?`,
  );
  const failing = prepared(
    storage.reader,
    `SELECT COALESCE(failed, 0) AS failed FROM sync_status WHERE status <> 'running' AND started_at >= ? ORDER BY sync_id DESC LIMIT 1`,
  ).get(since) as { failed: number } | undefined;
  const aside = one(`SELECT count(*) AS n, count(CASE WHEN code = 'conflict' THEN 1 END) AS conflicts
    FROM sync_quarantine WHERE resolution = 'open' AND first_seen >= ?`);
  const refused = one(
    `SELECT count(*) AS conflicts FROM rejected_lines WHERE code = 'conflict' AND received_at >= ?`,
  );
  const conflicts = (aside.conflicts ?? 0) + (refused.conflicts ?? 0);
  const failed = failing?.failed ?? 0;
  return { records: (runs.taken ?? 0) + failed, bad: (aside.n ?? 0) + failed, conflicts };
}

/** What another sync script did on this file in the last week: records it marked, runs it recorded. */
export function otherSync(storage: Storage, now: Date): { readonly rows: number; readonly runs: number } {
  const since = new Date(now.getTime() - 7 * dayMs);
  const noted = readSetting(storage.reader, 'other_sync');
  const seen = noted === null ? null : (JSON.parse(noted) as { at: string; rows: number });
  // A run of another script stands among ours; what was there before our first one is history.
  const runs = prepared(
    storage.reader,
    `SELECT count(*) AS n FROM sync_status WHERE run_key IS NULL AND last_sync_time >= ?
       AND sync_id > (SELECT min(sync_id) FROM sync_status WHERE run_key IS NOT NULL)`,
  ).get(utcText(since)) as { n: number };
  return { rows: seen !== null && Date.parse(seen.at) >= since.getTime() ? seen.rows : 0, runs: runs.n };
}

/** How old the newest backup is, and why the last was not made; null where none are to be made. */
export function backupFacts(
  path: string,
  { backup }: Config,
  failure: string | null,
  now: Date,
): BackupFacts | null {
  if (!backup.enabled) return null;
  const [newest] = listBackups(path);
  const ageMs = newest === undefined ? 0 : now.getTime() - Date.parse(newest.createdAt);
  return { staleDays: ageMs < backupIsStaleAfterMs ? null : Math.floor(ageMs / dayMs), failure };
}

/** Free and whole size of the disk that the data directory lies on. */
export async function diskSpace(
  path: string,
): Promise<{ readonly freeBytes: number; readonly totalBytes: number }> {
  const { bavail, blocks, bsize } = await statfs(dirname(path));
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

/** The cloud that the marks belong to, where that is known to be another one than the configured (SPEC 3). */
export function otherCloud(storage: Storage, { cloud }: Config): string | null {
  const recorded = readSetting(storage.reader, 'cloud');
  // Two local clouds differ by an id that only a running one tells; a run finds that out.
  return recorded !== null && belongsElsewhere(recorded, cloud.url, null) ? nameOfIdentity(recorded) : null;
}

/** When the oldest waiting record came. */
export function oldestPending(streams: readonly { readonly oldestPendingAt: string | null }[]): Date | null {
  const times = streams.flatMap((stream) => fromUtcText(stream.oldestPendingAt) ?? []);
  return times.length === 0 ? null : new Date(Math.min(...times.map((time) => time.getTime())));
}
