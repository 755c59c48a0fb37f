import { factsOf } from '../database-look.ts';
import { critical, type Finding, fine, warning } from '../finding.ts';
import type { Patient } from '../patient.ts';

/** How the last run ended: what a person must mend stands there in the cloud's own words. */
export async function lastRun(patient: Patient): Promise<readonly Finding[]> {
  const run = factsOf(await patient.database())?.lastRun ?? null;
  if (run === null) return [fine('No run has ended yet.')];
  const words = run.error === '' ? `It ended as ${run.status}.` : run.error;
  if (['misconfigured', 'unauthorized'].includes(run.faultCode))
    return [
      critical(
        `The last run could not send: ${words}`,
        'Mend what it names ("backhaul cloud check" looks for it), then run "backhaul sync --mode full".',
      ),
    ];
  if (run.status === 'failed' || run.status === 'partial')
    return [
      warning(
        `The last run did not send everything; what is left waits here. ${words}`,
        'See "backhaul errors".',
      ),
    ];
  return [fine(`The last run ended as ${run.status}.`)];
}
