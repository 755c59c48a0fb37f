import { statSync } from 'node:fs';
import { join } from 'node:path';
import { parseSetAside, setAsideNames } from '../../storage/service.ts';
import { factsOf } from '../database-look.ts';
import { counted, type Finding, fine, info, sizeText, warning } from '../finding.ts';
import type { Patient } from '../patient.ts';

/** Databases that were set aside, damaged or replaced by a backup, how large they are, and what was brought back from each. */
export async function setAsideFiles(patient: Patient): Promise<readonly Finding[]> {
  const names = existingNames(patient);
  if (names.length === 0) return [fine('No database was set aside here.')];
  const settings = factsOf(await patient.database())?.settings ?? {};
  const known = new Map(parseSetAside(settings.salvage ?? '[]').map((one) => [one.file, one]));
  return names.map((name) => {
    const one = known.get(name);
    const what = `${name} (${sizeText(sizeOf(join(patient.dataDir, name)))}) is a database that was set aside`;
    if (one === undefined || one.state === 'running')
      return warning(
        `${what}. Not everything was brought back from it yet.`,
        'Start the engine: it goes on.',
      );
    const rows = Object.values(one.recovered).reduce((sum, count) => sum + count, 0);
    const places = one.damagedPages + one.brokenRows;
    const came = `${what} on ${one.at} (${one.reason}). ${counted(rows, 'row')} came back from it; ${counted(places, 'place')} in it could not be read.`;
    if (one.state === 'failed')
      return warning(
        `${came} That was interrupted: ${one.error}.`,
        'Mend that; a running engine tries again by itself.',
      );
    if (one.acknowledgedAt !== null) return info(came, 'Keep it for as long as anything may be missing.');
    return warning(
      came,
      'Keep it, have the disk checked (dmesg, smartctl), then run "backhaul errors --acknowledge damage".',
    );
  });
}

function existingNames({ databasePath }: Patient): readonly string[] {
  try {
    return setAsideNames(databasePath);
  } catch {
    return []; // "data-directory" says why it cannot be listed
  }
}

function sizeOf(path: string): number {
  return ['', '-wal'].reduce(
    (sum, end) => sum + (statSync(path + end, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}
