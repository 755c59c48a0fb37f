import { errorText, type Finding, info, warning } from './finding.ts';
import type { Patient } from './patient.ts';

/** One thing that is looked at. */
export interface Check {
  readonly name: string;
  /** how long it may take, milliseconds */
  readonly withinMs: number;
  /** it needs what lies in the data directory, so it says nothing where that is closed */
  readonly insideFolder?: boolean;
  readonly look: (patient: Patient) => Promise<readonly Finding[]> | readonly Finding[];
}

export type NamedFinding = Finding & { readonly name: string };

/** The findings of one check. One that fails or hangs is a finding, too: it never stops the others. */
export async function runCheck(check: Check, patient: Patient): Promise<readonly NamedFinding[]> {
  const findings = await Promise.race([look(check, patient), timeUp(check)]);
  return findings.map((finding) => ({ name: check.name, ...finding }));
}

async function look(check: Check, patient: Patient): Promise<readonly Finding[]> {
  if (check.insideFolder === true && patient.isClosed) {
    return [info('Not looked at: the data directory is closed to this user.', 'See "data-directory".')];
  }
  try {
    return await check.look(patient);
  } catch (error) {
    const words = `This could not be looked at: ${errorText(error)}. That says nothing about the data.`;
    return [warning(words, 'Mend what the other checks found, then run "backhaul doctor" again.')];
  }
}

function timeUp({ withinMs }: Check): Promise<readonly Finding[]> {
  const words = `This did not come to an end within ${Math.round(withinMs / 1000)} s, so a disk, a network folder or a process hangs. That says nothing about the data.`;
  const finding = warning(
    words,
    'Look for what hangs (dmesg, a network folder that is gone), then try again.',
  );
  return new Promise((resolve) => {
    setTimeout(() => resolve([finding]), withinMs).unref();
  });
}
