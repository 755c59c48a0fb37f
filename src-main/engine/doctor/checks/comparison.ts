import { z } from 'zod';
import { factsOf } from '../database-look.ts';
import { type Finding, fine, warning } from '../finding.ts';
import type { Patient } from '../patient.ts';

const noted = z.object({ at: z.string(), agrees: z.boolean() });

/** What the last comparison with the cloud said (SPEC 5.4). */
export async function comparison(patient: Patient): Promise<readonly Finding[]> {
  const last = lastOf(factsOf(await patient.database())?.settings.last_verification);
  if (last === null) return [fine('Nothing was compared with the cloud yet.')];
  if (last.agrees) return [fine(`The comparison of ${last.at} agreed with the cloud.`)];
  return [
    warning(
      `The comparison of ${last.at} found records missing or different in the cloud, so what is marked as sent is not all there.`,
      '"backhaul verify" names the sessions; "backhaul verify --repair" and a full run send again what is held here.',
    ),
  ];
}

function lastOf(setting: string | undefined): z.infer<typeof noted> | null {
  try {
    return setting === undefined ? null : noted.parse(JSON.parse(setting));
  } catch {
    return null;
  }
}
