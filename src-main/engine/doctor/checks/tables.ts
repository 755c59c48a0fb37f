import { factsOf } from '../database-look.ts';
import { critical, type Finding, fine } from '../finding.ts';
import { applicationId } from '../known-schema.ts';
import type { Patient } from '../patient.ts';

/** A file that Backhaul has made has all its tables; one that is gone was dropped by somebody. */
export async function tables(patient: Patient): Promise<readonly Finding[]> {
  const facts = factsOf(await patient.database());
  if (facts === null || facts.applicationId !== applicationId || facts.missingTables.length === 0)
    return [fine('No table of records is missing.')];
  return [
    critical(
      `The database lacks ${facts.missingTables.join(', ')}, which was there before: its records are gone from this file, and new ones cannot be taken.`,
      'Keep the file as it is, put back a backup (detection_data.db.backup-…) or ask for help before anything writes to it.',
    ),
  ];
}
