import { existsSync } from 'node:fs';
import { localCloudStatus } from '../../local-cloud/service.ts';
import { critical, errorText, type Finding, fine, warning } from '../finding.ts';
import type { Patient } from '../patient.ts';
import { localCloudPrograms } from './local-cloud-programs.ts';

/** Whether the local cloud could run where it is the one that is used; starts nothing. */
export async function localCloud(patient: Patient): Promise<readonly Finding[]> {
  const look = patient.target();
  if (!look.usable || look.target.kind !== 'local') {
    return [fine('Not used: a Supabase project is configured.')];
  }
  const lacking = await localCloudPrograms(patient.environment.searchPath);
  const findings = [...lacking, ...(await state(patient.dataDir))];
  return findings.length > 0
    ? findings
    : [fine('It is not running; the next command that needs it starts it.')];
}

async function state(dataDir: string): Promise<readonly Finding[]> {
  // Looking into a folder that is not there must not make it.
  if (!existsSync(dataDir)) return [];
  let status: Awaited<ReturnType<typeof localCloudStatus>>;
  try {
    status = await localCloudStatus(dataDir);
  } catch (error) {
    return [
      critical(
        `The local cloud's own files cannot be read (${errorText(error)}). Records are kept here, but none is sent.`,
        'Look at the folder local-cloud in the data directory; its permissions and its disk are the likely reasons.',
      ),
    ];
  }
  if (status.connection !== null) return [fine(`It runs at ${status.connection.url}.`)];
  if (!status.held) return [];
  return [
    warning(
      'The local cloud was stopped by "backhaul cloud stop" and stays so. Records are kept here, but none is sent.',
      'Start it again: backhaul cloud start',
    ),
  ];
}
