import { existsSync } from 'node:fs';
import { backupIsStaleAfterMs, listBackups } from '../../storage/service.ts';
import { type Finding, fine, info, sizeText, warning } from '../finding.ts';
import type { Patient } from '../patient.ts';

/** When the database was last backed up (SPEC 9). */
export async function backups({ databasePath, configuration, now }: Patient): Promise<readonly Finding[]> {
  if (!existsSync(databasePath)) return [fine('There is no database to be backed up yet.')];
  const [newest] = listBackups(databasePath);
  const isOn = configuration.usable.backup.enabled;
  if (newest === undefined)
    return [
      info(
        `No backup of the database has been made${isOn ? ' yet' : ', and backup.enabled is false'}. Records that are not in the cloud are on this disk only.`,
        'Run "backhaul backup create"; an engine that stays makes one a day.',
      ),
    ];
  const what = `The newest backup is ${newest.name} (${sizeText(newest.bytes)})`;
  const ageMs = now().getTime() - Date.parse(newest.createdAt);
  if (!isOn || ageMs < backupIsStaleAfterMs) return [fine(`${what}.`)];
  return [
    warning(
      `${what}, ${Math.floor(ageMs / (24 * 60 * 60_000))} days old. Records that are not in the cloud are on this disk only.`,
      'Run "backhaul backup create", which says what keeps it from being made; an engine that stays makes one a day.',
    ),
  ];
}
