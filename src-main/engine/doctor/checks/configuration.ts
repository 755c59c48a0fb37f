import { type ConfigFault, wholeFile } from '../../config/describe-fault.ts';
import { critical, type Finding, fine, info, warning } from '../finding.ts';
import type { Patient } from '../patient.ts';

/** Every fault of config.json and of the variables that override it. */
export function configuration(patient: Patient): readonly Finding[] {
  const { path, exists, faults, warnings } = patient.configuration;
  // Where the whole folder is closed, that is said once.
  const told = faults.filter((fault) => !patient.isClosed || fault.path !== wholeFile);
  const found = [
    ...told.map((fault) =>
      critical(
        `${nameOf(fault.path, path)} ${fault.reason}. No command and no engine starts with it; the records in the data directory are untouched.`,
        nextStep(fault, path),
        'configuration',
      ),
    ),
    ...warnings.map((one) =>
      warning(`${nameOf(one.path, path)} ${one.reason}.`, 'Correct it, then run "backhaul config check".'),
    ),
  ];
  if (found.length > 0) return found;
  if (patient.isClosed) return [info('Not looked at: the data directory is closed to this user.')];
  return [fine(exists ? `${path} is valid.` : `There is no ${path}: every key has its default.`)];
}

function nameOf(key: string, path: string): string {
  return key.startsWith('(') ? `${path}:` : `${key}:`;
}

function nextStep({ path: key, reason }: ConfigFault, path: string): string {
  const check = 'then run "backhaul config check"';
  if (/^[A-Z_]+$/.test(key)) return `Correct it in the environment (${key}), ${check}.`;
  if (reason.startsWith('it cannot be read')) {
    return `Give it to this user (sudo chown "$(id -un)" ${path} && chmod 600 ${path}), ${check}.`;
  }
  return `Correct it in ${path}, ${check}.`;
}
