import { statSync } from 'node:fs';
import { join } from 'node:path';
import { tokenFileName } from '../../api/service.ts';
import { type Finding, fine, warning } from '../finding.ts';
import type { Patient } from '../patient.ts';

/** Whether other programs of this box are answered, and whether its token is for this user alone. */
export async function api({ dataDir, configuration, engine }: Patient): Promise<readonly Finding[]> {
  return [await answers({ configuration, engine }), ...readableToken(join(dataDir, tokenFileName))];
}

async function answers({
  configuration,
  engine,
}: Pick<Patient, 'configuration' | 'engine'>): Promise<Finding> {
  const { enabled, port } = configuration.usable.api;
  const { answer, address } = await engine();
  if (answer === null) {
    if (!enabled) return fine('Other programs are not answered over HTTP (api.enabled).');
    const where = port === 0 ? 'any free port' : `port ${port}`;
    return fine(`An engine that stays answers other programs of this box on ${where} of 127.0.0.1.`);
  }
  const api = address?.api ?? null;
  if (api === null) return fine('The engine that runs answers no other programs over HTTP, as it was told.');
  if (api.port !== null)
    return fine(`Other programs of this box are answered at http://127.0.0.1:${api.port}.`);
  return warning(
    api.fault ?? 'Other programs of this box are not answered over HTTP. Capture and sync go on.',
    'When the port is free nothing else is needed: the engine tries again every second.',
  );
}

function readableToken(path: string): readonly Finding[] {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  if (process.platform === 'win32' || (mode & 0o077) === 0) return [];
  return [
    warning(
      `Other users of this computer may read ${path} (mode ${(mode & 0o777).toString(8)}) and with it acknowledge alerts.`,
      `rm ${path}, and restart the engine: it makes another.`,
    ),
  ];
}
