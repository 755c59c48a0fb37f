import type { z } from 'zod';
import { factsOf, type locationRows } from '../database-look.ts';
import { counted, critical, type Finding, fine, warning } from '../finding.ts';
import type { Patient } from '../patient.ts';

type LocationRows = z.infer<typeof locationRows>;

/** One box, one location (SPEC 3): whether the file and the configuration agree on which. */
export async function location(patient: Patient): Promise<readonly Finding[]> {
  const facts = factsOf(await patient.database());
  const found = facts?.locations ?? [];
  const configured = patient.configuration.usable.location.id;
  const own = configured ?? facts?.settings.location_id ?? found[0]?.locationId ?? null;
  if (own === null) return [fine('No location is known yet; the first one that is seen is kept.')];
  const foreign = found.filter(({ locationId }) => locationId !== own);
  if (foreign.length === 0) return [fine(`This box is ${JSON.stringify(own)}.`)];
  const unsent = foreign.reduce((sum, one) => sum + one.unsent, 0);
  const isMistyped = configured !== null && foreign.length === found.length;
  return [isMistyped ? mistyped(own, foreign, unsent) : others(own, foreign, unsent)];
}

function mistyped(own: string, foreign: readonly LocationRows[], unsent: number): Finding {
  const names = namesOf(foreign);
  const words = `The configuration says that this box is ${JSON.stringify(own)}, but every record here is of ${names}.`;
  const next = `If ${JSON.stringify(own)} is mistyped, correct location.id before the next sync: backhaul config print says where it comes from.`;
  if (unsent === 0) return warning(`${words} All of them have been sent.`, next);
  return critical(
    `${words} The next run would set all ${counted(unsent, 'unsent record')} aside instead of sending them. Nothing is lost.`,
    next,
    'configuration',
  );
}

function others(own: string, foreign: readonly LocationRows[], unsent: number): Finding {
  const effect =
    unsent === 0
      ? 'They have all been sent.'
      : `${counted(unsent, 'record')} of them will not be sent but set aside; nothing is lost.`;
  return warning(
    `This box is ${JSON.stringify(own)}, and the file also holds records of ${namesOf(foreign)}. ${effect}`,
    'See "backhaul quarantine list". A box stands for one location: use a data directory for each.',
  );
}

function namesOf(list: readonly LocationRows[]): string {
  return list
    .slice(0, 5)
    .map(({ locationId }) => JSON.stringify(locationId))
    .join(', ');
}
