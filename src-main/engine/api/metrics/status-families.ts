import type { HealthReport } from '../../../contract/health-shapes.ts';
import {
  type CaptureStatus,
  type CloudStatus,
  type Status,
  verdict,
} from '../../../contract/status-shapes.ts';
import { by, counter, type Family, gauge } from './exposition.ts';

export function captureFamilies(capture: CaptureStatus, committedLines: number): readonly Family[] {
  const records = [
    ['division', capture.total_division_inserts],
    ['table', capture.total_table_inserts],
  ] as const;
  const queued = [
    ['division', capture.pending_division],
    ['table', capture.pending_table],
  ] as const;
  return [
    counter(
      'backhaul_capture_lines_total',
      'Lines of the bridge that were settled on the disk.',
      committedLines,
    ),
    counter('backhaul_capture_records_total', 'State records that were stored.', by('kind', records)),
    counter('backhaul_capture_commits_total', 'Transactions that stored them.', capture.total_commits),
    counter(
      'backhaul_capture_refused_lines_total',
      'Lines of the bridge that were refused.',
      capture.refused,
    ),
    gauge('backhaul_capture_queued_records', 'Records that wait for their transaction.', by('kind', queued)),
    gauge('backhaul_capture_connections', 'Producers that are connected.', capture.connections),
    gauge(
      'backhaul_capture_acknowledging',
      'Whether what comes in is acknowledged.',
      capture.state !== 'stopped',
    ),
  ];
}

export function syncFamilies(status: Status, now: Date): readonly Family[] {
  const { streams, reasons } = status;
  const counted = (['pending', 'synced', 'quarantined', 'discarded'] as const).flatMap((state) =>
    streams.map((one) => ({ labels: { stream: one.stream, state }, value: one[state] })),
  );
  const ages = streams.map((one) => [one.stream, ageSeconds(one.oldestPendingAt, now)] as const);
  return [
    gauge(
      'backhaul_verdict',
      'How it stands in one word: 1 for the word that holds.',
      by(
        'verdict',
        verdict.options.map((word) => [word, word === status.verdict] as const),
      ),
    ),
    gauge('backhaul_sync_stream_records', 'Records by stream and by how far they are.', counted),
    gauge(
      'backhaul_sync_oldest_pending_age_seconds',
      'How long the oldest pending record of a stream has waited; 0 where none waits.',
      by('stream', ages),
    ),
    gauge(
      'backhaul_sync_running',
      'Whether a run is under way.',
      reasons.some(({ code }) => code === 'run_in_progress'),
    ),
    gauge('backhaul_sync_paused', 'Whether a person has paused syncing.', status.pausedUntil !== null),
    gauge(
      'backhaul_sync_next_run_timestamp_seconds',
      'When the next run begins by itself.',
      seconds(status.nextRunAt),
    ),
    gauge(
      'backhaul_sync_last_verified_timestamp_seconds',
      'When this box and the cloud were compared last.',
      seconds(status.lastVerifiedAt),
    ),
    ...lastRunFamilies(status),
  ];
}

function lastRunFamilies({ lastRun }: Status): readonly Family[] {
  if (lastRun === null || lastRun.status === 'running') return [];
  const began = seconds(lastRun.startedAt);
  const took = lastRun.durationMs / 1000;
  return [
    gauge(
      'backhaul_sync_last_run_timestamp_seconds',
      'When the last run ended.',
      began === null ? null : began + took,
    ),
    gauge('backhaul_sync_last_run_duration_seconds', 'How long the last run took.', took),
    gauge(
      'backhaul_sync_last_run_success',
      'Whether the last run brought everything over.',
      lastRun.status === 'success',
    ),
    gauge(
      'backhaul_sync_last_run_verified',
      'Whether both sides were compared after the last run and agreed.',
      lastRun.verified,
    ),
  ];
}

export function cloudFamilies({ kind, reachable, clockOffsetMs }: CloudStatus): readonly Family[] {
  return [
    gauge(
      'backhaul_cloud_reachable',
      'Whether the cloud answers; left out until it was asked.',
      reachable === null ? null : by('kind', [[kind, reachable]]),
    ),
    gauge(
      'backhaul_cloud_clock_offset_seconds',
      "The cloud's clock minus that of this box.",
      clockOffsetMs === null ? null : clockOffsetMs / 1000,
    ),
  ];
}

const levels = ['ok', 'info', 'warning', 'critical'];

export function healthFamilies({ level, checks }: HealthReport): readonly Family[] {
  const help = 'How bad it is: 0 ok, 1 info, 2 warning, 3 critical.';
  return [
    gauge('backhaul_health_level', help, levels.indexOf(level)),
    gauge(
      'backhaul_health_check_level',
      help,
      by(
        'check',
        checks.map((check) => [check.name, levels.indexOf(check.level)] as const),
      ),
    ),
  ];
}

/** ISO text or UTC text `YYYY-MM-DD HH:MM:SS` as epoch seconds. */
function seconds(text: string | null): number | null {
  if (text === null) return null;
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text.replace(' ', 'T')}Z`;
  const ms = Date.parse(zoned);
  return Number.isNaN(ms) ? null : ms / 1000;
}

function ageSeconds(since: string | null, now: Date): number {
  const at = seconds(since);
  return at === null ? 0 : Math.max(0, now.getTime() / 1000 - at);
}
