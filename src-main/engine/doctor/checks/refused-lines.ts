import { factsOf } from '../database-look.ts';
import { counted, type Finding, fine, info } from '../finding.ts';
import type { Patient } from '../patient.ts';

/** Lines of the bridge that were refused in the last day. */
export async function refusedLines(patient: Patient): Promise<readonly Finding[]> {
  const groups = factsOf(await patient.database())?.refusedLately ?? [];
  const total = groups.reduce((sum, { lines }) => sum + lines, 0);
  if (total === 0) return [fine('No line was refused in the last 24 hours.')];
  const kinds = groups.map(({ code, lines }) => `${lines} ${code}`).slice(0, 5);
  return [
    info(
      `${counted(total, 'line')} of the bridge ${total === 1 ? 'was' : 'were'} refused in the last 24 hours (${kinds.join(', ')}). They are kept whole in the table rejected_lines.`,
      'Mend the detector that sends them; "backhaul errors" shows the reasons.',
    ),
  ];
}
