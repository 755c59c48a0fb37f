import type { HealthCheck, HealthLevel, HealthReport } from '../../contract/health-shapes.ts';
import type { CaptureStatus } from '../../contract/status-shapes.ts';
import { type Damage, damageWords } from './damage.ts';

/** What the checks look at; gathered by facts.ts, so that they can be tried with any numbers. */
export interface HealthFacts {
  readonly capture: CaptureStatus;
  readonly readOnlyReason: string | null;
  /** the newest slot that passed more than 30 minutes ago, null where nothing is scheduled or a person paused it */
  readonly missableSlot: Date | null;
  readonly pausedUntil: Date | null;
  /** null when nothing waits */
  readonly oldestPendingAt: Date | null;
  readonly pending: number;
  readonly disk: { readonly freeBytes: number; readonly totalBytes: number };
  /** of the last 24 hours: records that runs took, and those that failed at last or were set aside */
  readonly lastDay: { readonly records: number; readonly bad: number; readonly conflicts: number };
  /** null before the first comparison */
  readonly verifyAgrees: boolean | null;
  readonly bufferBytes: number;
  readonly bufferLimitBytes: number;
  readonly clockOffsetMs: number | null;
  readonly silentCameras: readonly { readonly cameraId: string; readonly since: Date }[];
  readonly silentMinutes: number;
  /** records that another program has marked lately, and runs that it recorded */
  readonly otherSync: { readonly rows: number; readonly runs: number };
  /** null where none are to be made */
  readonly backups: BackupFacts | null;
  /** null where no damage waits for a person to take note of it */
  readonly damage: Damage | null;
}

export interface BackupFacts {
  /** whole days since the newest, where that is too long ago; null otherwise, and before the first */
  readonly staleDays: number | null;
  /** why the last that was due was not made */
  readonly failure: string | null;
}

type Check = (facts: HealthFacts) => HealthCheck;

const checks: readonly Check[] = [
  checkSchedule,
  checkCapture,
  checkDisk,
  checkFailures,
  checkVerification,
  checkBuffer,
  checkClock,
  checkCameras,
  checkOtherSync,
  checkConflicts,
  checkDamage,
  checkBackups,
];

const order: readonly HealthLevel[] = ['ok', 'info', 'warning', 'critical'];

/** SPEC 6: thresholds and levels. */
export function judgeHealth(facts: HealthFacts): HealthReport {
  const done = checks.map((check) => check(facts));
  const worst = Math.max(...done.map((check) => order.indexOf(check.level)));
  return { level: order[worst] ?? 'ok', checks: done };
}

function checkSchedule(facts: HealthFacts): HealthCheck {
  const { missableSlot: slot, oldestPendingAt: oldest, pending, pausedUntil } = facts;
  if (pausedUntil !== null) {
    const until = pausedUntil.toISOString();
    return result('schedule', 'info', `Syncing is paused until ${until}; it goes on by itself.`, { until });
  }
  if (slot === null || oldest === null || oldest >= slot)
    return result('schedule', 'ok', 'No run is overdue.');
  const values = { slot: slot.toISOString(), pending };
  return result(
    'schedule',
    'critical',
    `A run was due at ${values.slot} and records older than it still wait (${pending} in all). Nothing is lost. Look at the last run's error; "backhaul sync --mode full" sends them now.`,
    values,
  );
}

function checkCapture({ capture, readOnlyReason }: HealthFacts): HealthCheck {
  const reason = readOnlyReason ?? (capture.state === 'stopped' ? (capture.reason ?? 'unknown') : null);
  if (reason === null) return result('capture', 'ok', 'Capture takes records.');
  return result(
    'capture',
    'critical',
    `Capture has stopped: ${reason} New records are not taken until this is mended.`,
    { reason },
  );
}

function checkDisk({ disk: { freeBytes, totalBytes } }: HealthFacts): HealthCheck {
  const percent = totalBytes === 0 ? 100 : Math.floor((freeBytes / totalBytes) * 1000) / 10;
  const values = { percent, freeBytes };
  if (percent >= 5) return result('disk', 'ok', `${percent} % of the disk is free.`, values);
  return result(
    'disk',
    'critical',
    `Only ${percent} % of the disk is free. Records are safe, but when it is full capture stops. Free some space.`,
    values,
  );
}

function checkFailures({ lastDay: { records, bad } }: HealthFacts): HealthCheck {
  const percent = share(bad, records);
  if (percent <= 5) return result('failures', 'ok', 'Few or no records failed in the last day.', { percent });
  return result(
    'failures',
    'warning',
    `${percent} % of the last day's records failed or were set aside (${bad} of ${records}). They are kept here. See: backhaul errors`,
    { percent, bad, records },
  );
}

function checkVerification({ verifyAgrees }: HealthFacts): HealthCheck {
  if (verifyAgrees !== false)
    return result(
      'verification',
      'ok',
      verifyAgrees === null ? 'Nothing was compared yet.' : 'The last comparison agreed.',
    );
  return result(
    'verification',
    'warning',
    'The last comparison found records missing or different in the cloud. What is held here can go again: backhaul verify --repair',
  );
}

function checkBuffer({ bufferBytes, bufferLimitBytes }: HealthFacts): HealthCheck {
  const megabytes = Math.round(bufferBytes / 1_048_576);
  if (bufferBytes <= bufferLimitBytes)
    return result('buffer', 'ok', `The buffer file has ${megabytes} MB.`, { megabytes });
  return result(
    'buffer',
    'warning',
    `The buffer file has grown to ${megabytes} MB. Nothing is lost; it shrinks once records are sent and compared. If it stays, run: backhaul cleanup`,
    { megabytes },
  );
}

function checkClock({ clockOffsetMs }: HealthFacts): HealthCheck {
  const seconds = Math.round((clockOffsetMs ?? 0) / 1000);
  if (Math.abs(seconds) <= 60) return result('clock', 'ok', 'The clock agrees with the cloud.', { seconds });
  return result(
    'clock',
    'warning',
    `The clock of this box is ${Math.abs(seconds)} s ${seconds > 0 ? 'behind' : 'ahead of'} the cloud's. Records keep the times that cameras give; sign-in and schedule suffer. Set the clock (timedatectl set-ntp true).`,
    { seconds },
  );
}

function checkCameras({ silentCameras, silentMinutes }: HealthFacts): HealthCheck {
  if (silentCameras.length === 0) return result('cameras', 'ok', 'No camera is silent.');
  const names = silentCameras.map((camera) => camera.cameraId).join(', ');
  // All of them at least since then.
  const since = new Date(Math.max(...silentCameras.map((camera) => camera.since.getTime())));
  return result(
    'cameras',
    'warning',
    `Silent for more than ${silentMinutes} minutes in opening hours: ${names}. Look whether the camera has power and network, and whether the detector runs.`,
    { names, cameras: silentCameras.length, since: since.toISOString() },
  );
}

function checkOtherSync({ otherSync: { rows, runs } }: HealthFacts): HealthCheck {
  if (rows + runs === 0) return result('other_sync', 'ok', 'No other program marks records.');
  return result(
    'other_sync',
    'warning',
    `Another sync script still works on this file (${rows} records marked, ${runs} runs recorded in the last week). What it marks may not be in the cloud. Stop it, then run: backhaul verify --repair`,
    { rows, runs },
  );
}

function checkConflicts({ lastDay: { records, conflicts } }: HealthFacts): HealthCheck {
  const percent = share(conflicts, records);
  if (percent <= 10) return result('conflicts', 'ok', 'Few or no conflicts in the last day.', { percent });
  return result(
    'conflicts',
    'info',
    `${percent} % of the last day's records came a second time with other content (${conflicts}). The first of each was kept; look at the detector.`,
    { percent, conflicts },
  );
}

function checkDamage({ damage }: HealthFacts): HealthCheck {
  if (damage === null) return result('damage', 'ok', 'No damage was found in the file with the records.');
  const { files: _, state, ...values } = damage;
  return result('damage', state === 'failed' ? 'critical' : 'warning', damageWords(damage), values);
}

function checkBackups({ backups }: HealthFacts): HealthCheck {
  const { staleDays = null, failure = null } = backups ?? {};
  if (failure !== null) return result('backups', 'warning', failure, { reason: failure });
  if (staleDays === null) return result('backups', 'ok', 'No backup of the database is overdue.');
  return result(
    'backups',
    'warning',
    `The newest backup of the database is ${staleDays} days old. Records that are not in the cloud are on this disk only. Run "backhaul backup create", which says what keeps it from being made; an engine that stays makes one a day.`,
    { days: staleDays },
  );
}

/** Percent with one decimal. */
function share(part: number, of: number): number {
  return of <= 0 ? 0 : Math.round((part / of) * 1000) / 10;
}

function result(
  name: HealthCheck['name'],
  level: HealthLevel,
  message: string,
  values: HealthCheck['values'] = {},
): HealthCheck {
  return { name, level, message, values };
}
