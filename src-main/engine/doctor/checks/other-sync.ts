import { factsOf } from '../database-look.ts';
import { type Finding, fine, warning } from '../finding.ts';
import type { Patient } from '../patient.ts';

/** Whether an old sync script still works on the same file. */
export async function otherSync(patient: Patient): Promise<readonly Finding[]> {
  const at = factsOf(await patient.database())?.otherSyncAt ?? '';
  if (at === '') return [fine('No other program syncs this file.')];
  return [
    warning(
      `Another sync program still works on this database, last at ${at}: it marks records as sent that Backhaul did not send, so they may be missing in the cloud.`,
      'Stop it for good (crontab -l, systemctl list-timers), then run "backhaul verify --repair".',
    ),
  ];
}
