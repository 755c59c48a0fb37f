import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
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

interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/** Known by this number nearly everywhere; PostgreSQL wants its user to have an entry in /etc/passwd. */
const nobody: Identity = { uid: 65_534, gid: 65_534 };

const direct: Launcher = { wrap: bindToParent };

/** The caller's own files belong to nobody there; nothing else changes. */
const inNamespace: Launcher = {
  wrap: (command, signal) =>
    through(
      'unshare',
      ['--user', `--map-user=${nobody.uid}`, `--map-group=${nobody.gid}`, '--'],
      bindToParent(command, signal),
    ),
};

/**
 * PostgreSQL refuses to run as root. Root therefore runs it in a user namespace where root's files belong
 * to an ordinary user (no user is made, folders closed to others stay usable); where namespaces are
 * forbidden, as in most containers, as another user that may pass closed folders.
 * @param database its folder; what it already belongs to decides, so that its files keep one owner
 * @param folder the folder around it, which must be writable for the servers
 * @throws BackhaulError `misconfigured` where root can do neither
 */
export function chooseLauncher(database: string, folder: string, program: string): Launcher {
  const self = process.getuid?.();
  if (self !== 0) {
    const nameless = self !== undefined && !knownUsers().has(self);
    return nameless && works(inNamespace, folder, program) ? inNamespace : direct;
  }
  const owner = statSync(database, { throwIfNoEntry: false });
  if (owner !== undefined && owner.uid !== 0) return asUser(owner);
  if (works(inNamespace, folder, program)) return inNamespace;
  const identity = identities(folder, program).find((each) => works(asUser(each), folder, program));
  if (identity === undefined) {
    throw new BackhaulError(
      'misconfigured',
      'The local cloud cannot run as root here: neither a user namespace nor another user can reach its files. Run Backhaul as an ordinary user.',
    );
  }
  if (owner !== undefined) execFileSync('chown', ['-R', `${identity.uid}:${identity.gid}`, database]);
  return asUser(identity);
}

/** Nobody, unless the folders on the way belong to somebody: they may be closed to everyone else. */
function identities(...places: readonly string[]): readonly Identity[] {
  const known = knownUsers();
  const owners = places.flatMap((place) => ancestors(place).map((path) => statSync(path)));
  return [...owners.filter(({ uid }) => uid !== 0 && known.has(uid)), nobody];
}

function ancestors(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === path ? [] : [parent, ...ancestors(parent)];
}

function knownUsers(): ReadonlySet<number> {
  try {
    const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
    return new Set(lines.map((line) => Number(line.split(':')[2])));
  } catch {
    return new Set();
  }
}

function asUser({ uid, gid }: Identity): Launcher {
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

/** The program `test`, unlike the shell's own, asks access(2), as initdb does: that one knows no privilege. */
function works(launcher: Launcher, folder: string, program: string): boolean {
  const script = 'test -w "$1" && env test -x "$2" && "$2" --version';
  const probe = launcher.wrap({ file: 'sh', args: ['-c', script, 'probe', folder, program] }, 'TERM');
  return spawnSync(probe.file, [...probe.args], { stdio: 'ignore', timeout: 10_000 }).status === 0;
}
