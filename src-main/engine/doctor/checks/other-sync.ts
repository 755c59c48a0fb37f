import { z } from 'zod';
import { factsOf } from '../database-look.ts';
import { type Finding, fine, info, warning } from '../finding.ts';
import type { Patient } from '../patient.ts';

const weekMs = 7 * 86_400_000;
const effect = 'it marks records as sent that Backhaul did not send, so they may be missing in the cloud';
const verify = 'run "backhaul verify --repair"';

/** Whether an old sync script still works on the same file. */
export async function otherSync(patient: Patient): Promise<readonly Finding[]> {
  const facts = factsOf(await patient.database());
  const at = facts?.otherSyncAt || notedAt(facts?.settings.other_sync);
  if (at === null) return [fine('No other program syncs this file.')];
  const ms = Date.parse(at.includes('T') ? at : `${at.replace(' ', 'T')}Z`);
  if (ms < patient.now().getTime() - weekMs) {
    const words = `Another sync program worked on this database until ${at}: ${effect}. It has not for a week.`;
    return [info(words, `If that has not been done since, ${verify}.`)];
  }
  return [
    warning(
      `Another sync program still works on this database, last at ${at}: ${effect}.`,
      `Stop it for good (crontab -l, systemctl list-timers), then ${verify}.`,
    ),
  ];
}

const note = z.object({ at: z.string() });

/** When a run of ours found records marked that it had not sent; null where none did. */
function notedAt(setting: string | undefined): string | null {
  try {
    return setting === undefined ? null : note.parse(JSON.parse(setting)).at;
  } catch {
    return null;
  }
}
