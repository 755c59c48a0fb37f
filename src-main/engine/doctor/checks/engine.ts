import { version } from '../../version.ts';
import { isHalted, processName } from '../file-locks.ts';
import { critical, type Finding, fine, info, warning } from '../finding.ts';
import type { Patient } from '../patient.ts';

/** Whether an engine runs on the data directory, and answers. */
export async function engine(patient: Patient): Promise<readonly Finding[]> {
  const { held, holder, address, hasAddressFile, answer } = await patient.engine();
  if (answer !== null) {
    const words = `An engine runs on this data directory: version ${answer.version}, process ${answer.pid}.`;
    if (answer.version === version) return [fine(words)];
    return [
      warning(
        `${words} This program is version ${version}; the two may not understand each other. Nothing is lost.`,
        'Restart the engine (the service, or the console), so that both are of one version.',
      ),
    ];
  }
  if (held) return [silent(holder ?? address?.pid ?? null)];
  if (address === null && !hasAddressFile) return [fine('No engine runs on this data directory now.')];
  const which = address === null ? '' : ` (process ${address.pid})`;
  return [
    info(
      `engine.json is left over from an engine that was killed${which}; none runs now. What it acknowledged is on disk.`,
      'Nothing: the next start replaces it.',
    ),
  ];
}

function silent(pid: number | null): Finding {
  const which = pid === null ? '' : `: process ${processName(pid)}`;
  const words = `An engine holds this data directory but does not answer${which}`;
  const data = 'What it acknowledged is on disk; nothing new is taken until it answers or ends';
  if (pid !== null && isHalted(pid)) {
    return critical(`${words}, which was halted by someone. ${data}.`, `Let it go on: kill -CONT ${pid}`);
  }
  const end = pid === null ? 'end its process' : `end it: kill ${pid}, and after ten seconds kill -9 ${pid}`;
  return critical(
    `${words}. ${data}.`,
    `If it has just started, wait a minute. Else ${end}; the next start goes on where it was.`,
  );
}
