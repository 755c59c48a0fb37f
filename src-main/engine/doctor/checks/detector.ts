import { constants, statSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { critical, type Finding, fine, warning } from '../finding.ts';
import type { Patient } from '../patient.ts';

const effect =
  'The engine would try again and again, and no record comes from it; other records are not affected.';

/** Whether the detector that the engine is to start is there. */
export async function detector({ configuration, environment }: Patient): Promise<readonly Finding[]> {
  const [program, ...args] = configuration.usable.capture.command ?? [];
  if (program === undefined) return [fine('The engine starts no detector; records come by the bridge.')];
  const path = /[/\\]/.test(program) ? program : await onPath(program, environment.searchPath);
  if (path === null) {
    return [
      critical(
        `The detector's program ${JSON.stringify(program)} (capture.command) is not on the PATH. ${effect}`,
        'Install it, or give its whole path in capture.command.',
      ),
    ];
  }
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined || stats.isDirectory()) {
    return [
      critical(
        `The detector's program ${path} (capture.command) ${stats === undefined ? 'is not there' : 'is a folder'}. ${effect}`,
        'Correct capture.command: the program first, then its arguments, each a text of its own.',
      ),
    ];
  }
  if (!(await isExecutable(path))) {
    return [
      critical(
        `The detector's program ${path} (capture.command) may not be executed by this user. ${effect}`,
        `chmod +x ${path}`,
      ),
    ];
  }
  return scriptMissing(args) ?? [fine(`The detector is ${path}.`)];
}

/** `python3 /opt/detector.py`: the program is there, the script may not be. */
function scriptMissing(args: readonly string[]): readonly Finding[] | null {
  const script = args.find((one) => /\.(py|js|mjs|ts|sh|rb|pl|jar)$/.test(one));
  if (script === undefined || statSync(script, { throwIfNoEntry: false }) !== undefined) return null;
  return [
    warning(
      `The detector's script ${script} (capture.command) is not there as seen from this folder. ${effect}`,
      'Give its whole path in capture.command.',
    ),
  ];
}

async function onPath(program: string, searchPath: string): Promise<string | null> {
  const suffixes = process.platform === 'win32' ? ['', '.exe', '.cmd', '.bat'] : [''];
  for (const folder of searchPath.split(delimiter).filter((one) => one !== '')) {
    for (const suffix of suffixes) {
      const path = join(folder, `${program}${suffix}`);
      if (statSync(path, { throwIfNoEntry: false })?.isFile() && (await isExecutable(path))) return path;
    }
  }
  return null;
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
