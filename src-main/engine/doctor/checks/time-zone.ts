import { factsOf } from '../database-look.ts';
import { type Finding, fine, warning } from '../finding.ts';
import type { Patient } from '../patient.ts';

/** Whether the time zone that the store's records are read in is one that this computer knows. */
export async function timeZoneCheck(patient: Patient): Promise<readonly Finding[]> {
  const { timezone } = patient.configuration.usable.location;
  if (timezone !== null) return [fine(`The store's zone is ${timezone}, by the configuration.`)];
  const zones = factsOf(await patient.database())?.timeZones ?? [];
  const unknown = zones.filter(({ timeZone }) => !isKnown(timeZone));
  if (unknown.length === 0) {
    const [only] = zones;
    return [fine(`The store's zone is ${only?.timeZone ?? 'Asia/Shanghai, the default'}.`)];
  }
  return unknown.map(({ locationId, timeZone }) =>
    warning(
      `The location ${JSON.stringify(locationId)} has the time zone ${JSON.stringify(timeZone)}, which this computer does not know, so the times of its records cannot be read. The records are kept.`,
      'Set location.timezone in config.json to an IANA name such as Asia/Shanghai.',
    ),
  );
}

function isKnown(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
