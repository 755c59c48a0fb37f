import {
  localIdentity,
  nameOfIdentity,
  projectIdentity,
  readIdentity,
  runningLocalIdentity,
} from '../../cloud/service.ts';
import { factsOf } from '../database-look.ts';
import { critical, type Finding, fine } from '../finding.ts';
import type { Patient } from '../patient.ts';

/** Which cloud the marks in the file belong to (SPEC 3): runs refuse while another one is configured. */
export async function marks(patient: Patient): Promise<readonly Finding[]> {
  const marked = factsOf(await patient.database())?.settings.cloud;
  const look = patient.target();
  if (marked === undefined) return [fine('No cloud has any record yet, as far as is known.')];
  if (!look.usable)
    return [
      fine(
        `The marks belong to ${nameOfIdentity(marked)}; which cloud is configured cannot be told, see cloud-settings.`,
      ),
    ];
  const configured =
    look.target.kind === 'supabase'
      ? projectIdentity(look.target.url)
      : await localOne(patient.dataDir, marked);
  if (configured === marked)
    return [fine(`The marks belong to the cloud that is configured, ${nameOfIdentity(marked)}.`)];
  return [
    critical(
      `What is marked as sent is in ${nameOfIdentity(marked)}, but ${nameOfIdentity(configured)} is configured. Runs refuse, so that nothing counts as sent that this cloud has not; the records wait here.`,
      'If the records are to go to the new cloud, run "backhaul cloud switch"; else set the address back.',
    ),
  ];
}

/** A local cloud that does not run cannot say who it is; any local one is believed then. */
async function localOne(dataDir: string, marked: string): Promise<string> {
  const running = await runningLocalIdentity(dataDir);
  return running ?? (readIdentity(marked).kind === 'local' ? marked : localIdentity(''));
}
