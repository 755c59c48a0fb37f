import { critical, type Finding, fine, warning } from '../finding.ts';
import type { Patient } from '../patient.ts';

/** Every fault of config.json and of the variables that override it. */
export function configuration({
  configuration: { path, exists, faults, warnings },
}: Patient): readonly Finding[] {
  const found = [
    ...faults.map((fault) =>
      critical(
        `${nameOf(fault.path, path)} ${fault.reason}. No command and no engine starts with it; the records in the data directory are untouched.`,
        `Correct it in ${fileOrVariable(fault.path, path)}, then run "backhaul config check".`,
        'configuration',
      ),
    ),
    ...warnings.map((one) =>
      warning(`${nameOf(one.path, path)} ${one.reason}.`, 'Correct it, then run "backhaul config check".'),
    ),
  ];
  if (found.length > 0) return found;
  return [fine(exists ? `${path} is valid.` : `There is no ${path}: every key has its default.`)];
}

function nameOf(key: string, path: string): string {
  return key.startsWith('(') ? `${path}:` : `${key}:`;
}

function fileOrVariable(key: string, path: string): string {
  return /^[A-Z_]+$/.test(key) ? `the environment (${key})` : path;
}
