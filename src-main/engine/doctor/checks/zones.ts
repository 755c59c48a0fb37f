import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readZonesFile } from '../../capture/service.ts';
import { counted, errorCode, errorText, type Finding, fine, warning } from '../finding.ts';
import type { Patient } from '../patient.ts';

const effect = 'Detections of this camera are refused and kept aside until it is mended.';

/** Whether each camera's zones file can be used. */
export function zones({ dataDir, configuration }: Patient): readonly Finding[] {
  const folder = join(dataDir, 'zones');
  const names = namesIn(folder);
  if (typeof names === 'string') {
    return [
      warning(`${folder} cannot be read (${names}). ${effect}`, 'Make it a folder that this user may read.'),
    ];
  }
  const own = configuration.usable.location.id;
  const findings = names.flatMap((name) => faultsOf(join(folder, name), name.replace(/\.json$/, ''), own));
  if (findings.length > 0) return findings;
  return [
    fine(
      names.length === 0
        ? 'There are no zones files.'
        : `${counted(names.length, 'zones file')} can be used.`,
    ),
  ];
}

function namesIn(folder: string): readonly string[] | string {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.name.endsWith('.json') && (entry.isFile() || entry.isSymbolicLink()))
      .map(({ name }) => name);
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? [] : errorText(error);
  }
}

function faultsOf(path: string, camera: string, location: string | null): readonly Finding[] {
  try {
    const { cameraId, locationId } = readZonesFile(path);
    if (cameraId !== null && cameraId !== camera) {
      const words = `${path} is read for the camera ${JSON.stringify(camera)}, by its name, but says it is for ${JSON.stringify(cameraId)}.`;
      return [warning(words, 'Rename the file after its camera, or correct camera_id in it.')];
    }
    if (locationId !== null && location !== null && locationId !== location) {
      const words = `${path} is for the location ${JSON.stringify(locationId)}, this box is ${JSON.stringify(location)}.`;
      return [warning(words, 'Correct location_id in it, or location.id in config.json.')];
    }
    return [];
  } catch (error) {
    return [
      warning(`${errorText(error)} ${effect}`, `Correct ${path}; it is read again with the next session.`),
    ];
  }
}
