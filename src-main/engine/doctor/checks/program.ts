import { version } from '../../version.ts';
import { critical, type Finding, fine } from '../finding.ts';
import { runProbe } from '../run-probe.ts';

const withinMs = 15_000;

/** The version of Node, and whether the SQLite addon loads: tried in a process of its own, since it may crash. */
export async function program(): Promise<readonly Finding[]> {
  const native = await runProbe('native-probe', [], withinMs);
  if (native.ended === 'well') return [fine(`Backhaul ${version} on Node ${process.versions.node}.`)];
  const reason = native.ended === 'late' ? 'it did not answer' : native.reason;
  return [
    critical(
      `The SQLite module of this installation does not load on Node ${process.versions.node} (${reason}). No record can be taken or sent; the data file is untouched.`,
      'Run "npm ci" in the folder of the installation, and start Backhaul through npm, which brings the right Node.',
    ),
  ];
}
