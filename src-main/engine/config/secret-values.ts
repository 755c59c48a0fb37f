import { createRedactor } from '../log/redact.ts';
import { configKeys } from './config-keys.ts';
import { type ConfigFault, valueAt } from './describe-fault.ts';

const redact = createRedactor();

/** Known keys of config.json whose value looks like a secret. */
export function secretValues(file: unknown): readonly ConfigFault[] {
  return configKeys
    .filter((key) => {
      const text = JSON.stringify(valueAt(file, key.path)) ?? '';
      return redact(text) !== text;
    })
    .map((key) => ({ path: key.name, reason: reasonFor(key.name) }));
}

function reasonFor(name: string): string {
  return name === 'capture.command'
    ? 'holds what looks like a secret, which everyone on this computer can read in the list of processes; give it to the detector by its environment'
    : 'holds what looks like a secret; secrets do not belong into config.json, give them by the environment';
}
