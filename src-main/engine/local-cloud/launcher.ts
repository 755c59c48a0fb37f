import { execFileSync, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { BackhaulError } from '../../contract/errors.ts';

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

/** How this computer runs a server process: under which identity, and bound to the supervisor's life. */
export interface Launcher {
  /** The process gets `deathSignal` from the kernel when the supervisor dies. */
  wrap(command: Command, deathSignal: 'INT' | 'TERM'): Command;
}

const nobody = 65_534;
const mapToUser = ['--user', '--map-user=1000', '--map-group=1000', '--'];

/**
 * PostgreSQL refuses to run as root. Root therefore runs it in a user namespace where root's files belong
 * to an ordinary user (no user is made, folders closed to others stay usable); where namespaces are
 * forbidden, as in most containers, as another user that may pass closed folders.
 * @param database its folder; what it already belongs to decides, so that its files keep one owner
 * @param folder the folder around it, which must be writable for the servers
 */
export function chooseLauncher(database: string, folder: string, program: string): Launcher {
  if (process.getuid?.() !== 0) return { wrap: bindToParent };
  const owner = statSync(database, { throwIfNoEntry: false });
  if (owner !== undefined && owner.uid !== 0) return asUser(owner.uid, owner.gid);
  const namespaced: Launcher = {
    wrap: (command, signal) => through('unshare', mapToUser, bindToParent(command, signal)),
  };
  if (works(namespaced, folder, program)) return namespaced;
  const asNobody = asUser(nobody, nobody);
  if (!works(asNobody, folder, program)) {
    throw new BackhaulError(
      'misconfigured',
      'The local cloud cannot run as root here: neither user namespaces nor a change of user are allowed. Run Backhaul as an ordinary user.',
    );
  }
  if (owner !== undefined) execFileSync('chown', ['-R', `${nobody}:${nobody}`, database]);
  return asNobody;
}

function asUser(uid: number, gid: number): Launcher {
  const identity = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  const passClosedFolders = ['--inh-caps=-all,+dac_override', '--ambient-caps=-all,+dac_override', '--'];
  return {
    wrap: (command, signal) =>
      through('setpriv', [...identity, ...passClosedFolders], bindToParent(command, signal)),
  };
}

/** Innermost, because a change of identity would clear the death signal again. */
function bindToParent(command: Command, deathSignal: 'INT' | 'TERM'): Command {
  return through('setpriv', ['--pdeathsig', deathSignal, '--'], command);
}

function through(file: string, args: readonly string[], command: Command): Command {
  return { file, args: [...args, command.file, ...command.args] };
}

function works(launcher: Launcher, folder: string, program: string): boolean {
  const probe = launcher.wrap(
    { file: 'sh', args: ['-c', 'test -w "$1" && "$2" --version', 'probe', folder, program] },
    'TERM',
  );
  return spawnSync(probe.file, [...probe.args], { stdio: 'ignore', timeout: 10_000 }).status === 0;
}
