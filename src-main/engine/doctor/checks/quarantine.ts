import { factsOf } from '../database-look.ts';
import { counted, type Finding, fine, warning } from '../finding.ts';
import type { Patient } from '../patient.ts';

/** Records that were set aside and wait for a person. */
export async function quarantine(patient: Patient): Promise<readonly Finding[]> {
  const groups = factsOf(await patient.database())?.quarantined ?? [];
  const total = groups.reduce((sum, { records }) => sum + records, 0);
  if (total === 0) return [fine('No record is set aside.')];
  const kinds = groups.map(({ stream, code, records }) => `${records} of ${stream} (${code})`).slice(0, 5);
  return [
    warning(
      `${counted(total, 'record')} ${total === 1 ? 'is' : 'are'} set aside and not sent: ${kinds.join(', ')}. They are kept here until someone decides.`,
      'See why with "backhaul quarantine list"; then "backhaul quarantine retry" or "discard".',
    ),
  ];
}
