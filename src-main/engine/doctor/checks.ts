import { api } from './checks/api.ts';
import { backups } from './checks/backups.ts';
import { clock } from './checks/clock.ts';
import { cloudChecks } from './checks/cloud.ts';
import { cloudSettings } from './checks/cloud-settings.ts';
import { comparison } from './checks/comparison.ts';
import { configuration } from './checks/configuration.ts';
import { damage } from './checks/damage.ts';
import { dataDirectory } from './checks/data-directory.ts';
import { database } from './checks/database.ts';
import { databaseLock } from './checks/database-lock.ts';
import { detector } from './checks/detector.ts';
import { deviceToken } from './checks/device-token.ts';
import { disk } from './checks/disk.ts';
import { engine } from './checks/engine.ts';
import { lastRun } from './checks/last-run.ts';
import { localCloud } from './checks/local-cloud.ts';
import { location } from './checks/location.ts';
import { marks } from './checks/marks.ts';
import { otherSync } from './checks/other-sync.ts';
import { program } from './checks/program.ts';
import { quarantine } from './checks/quarantine.ts';
import { refusedLines } from './checks/refused-lines.ts';
import { setAsideFiles } from './checks/set-aside-files.ts';
import { sockets } from './checks/sockets.ts';
import { tables } from './checks/tables.ts';
import { timeZoneCheck } from './checks/time-zone.ts';
import { zones } from './checks/zones.ts';
import type { Check } from './run-check.ts';

/** Everything that is looked at, in the order it is told: from the ground up. */
export const checks: readonly Check[] = [
  { name: 'program', withinMs: 20_000, look: program },
  { name: 'configuration', withinMs: 5000, look: configuration },
  { name: 'data-directory', withinMs: 10_000, look: dataDirectory },
  { name: 'disk', withinMs: 10_000, look: disk },
  { name: 'database', withinMs: 30_000, insideFolder: true, look: database },
  { name: 'tables', withinMs: 30_000, insideFolder: true, look: tables },
  { name: 'damage', withinMs: 40_000, insideFolder: true, look: damage },
  { name: 'set-aside-files', withinMs: 30_000, insideFolder: true, look: setAsideFiles },
  { name: 'backups', withinMs: 10_000, insideFolder: true, look: backups },
  { name: 'database-lock', withinMs: 20_000, insideFolder: true, look: databaseLock },
  { name: 'engine', withinMs: 20_000, insideFolder: true, look: engine },
  { name: 'sockets', withinMs: 5000, insideFolder: true, look: sockets },
  { name: 'api', withinMs: 20_000, insideFolder: true, look: api },
  { name: 'clock', withinMs: 20_000, look: clock },
  { name: 'time-zone', withinMs: 30_000, insideFolder: true, look: timeZoneCheck },
  { name: 'location', withinMs: 30_000, insideFolder: true, look: location },
  { name: 'detector', withinMs: 5000, look: detector },
  { name: 'zones', withinMs: 10_000, insideFolder: true, look: zones },
  { name: 'cloud-settings', withinMs: 5000, look: cloudSettings },
  { name: 'device-token', withinMs: 30_000, insideFolder: true, look: deviceToken },
  { name: 'cloud', withinMs: 30_000, look: cloudChecks },
  { name: 'local-cloud', withinMs: 20_000, insideFolder: true, look: localCloud },
  { name: 'marks', withinMs: 30_000, insideFolder: true, look: marks },
  { name: 'last-run', withinMs: 30_000, insideFolder: true, look: lastRun },
  { name: 'comparison', withinMs: 30_000, insideFolder: true, look: comparison },
  { name: 'quarantine', withinMs: 30_000, insideFolder: true, look: quarantine },
  { name: 'refused-lines', withinMs: 30_000, insideFolder: true, look: refusedLines },
  { name: 'other-sync', withinMs: 30_000, insideFolder: true, look: otherSync },
];
