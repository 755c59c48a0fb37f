import type { CallName } from '../contract/contract.ts';
import { BackhaulError } from '../contract/errors.ts';

/**
 * What changes where records go, what the engine runs, or gives records up: with a locked screen anybody may stand
 * before it, so these need the PIN first.
 */
const guarded: ReadonlySet<CallName> = new Set<CallName>([
  'config.set',
  'cloud.setKey',
  'cloud.signIn',
  'cloud.signOut',
  'cloud.switch',
  'quarantine.edit',
  'quarantine.discard',
  'cleanup.run',
  'schedule.pause',
]);

/** Refuses such a call while the kiosk is locked. Faults: locked. */
export function guardKiosk(name: CallName, input: unknown, locked: boolean): void {
  if (locked && (guarded.has(name) || givesUp(name, input))) {
    throw new BackhaulError(
      'locked',
      'The kiosk is locked. Leave it with the PIN to change this; nothing was changed.',
    );
  }
}

/** A comparison may be told to overwrite the cloud, or to count what is lost as there. */
function givesUp(name: CallName, input: unknown): boolean {
  if (name !== 'verify.run') return false;
  const { overwrite, acceptLost } = input as { overwrite?: boolean; acceptLost?: boolean };
  return overwrite === true || acceptLost === true;
}
