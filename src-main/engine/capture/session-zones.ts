import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepared } from '../storage/service.ts';
import type { Applying } from './applying.ts';
import type { KnownSession } from './capture-memory.ts';
import type { Refusal } from './messages.ts';
import { sameZones, versionText, writeZones } from './zone-rows.ts';
import { parseZonesText, type Zones, type ZonesResult } from './zones.ts';

/** Gives a session its zones and writes them to `camera_rois`; false when it had exactly these. */
export function giveZones({ db, now }: Applying, session: KnownSession, zones: Zones): boolean {
  if (session.zones !== null && sameZones(session.zones, zones)) return false;
  const version = versionText(writeZones(db, session.cameraId, zones, now));
  prepared(db, 'UPDATE sessions SET roi_version = ? WHERE session_id = ?').run(version, session.sessionId);
  session.zones = zones;
  return true;
}

/**
 * The zones of a session (SPEC 4.1): those it has already, else the connection's, else `zones/<camera_id>.json`
 * in the data directory.
 */
export function zonesOf(
  { dataDir }: Applying,
  session: KnownSession | null,
  fromConnection: Zones | null,
  cameraId: string,
): Zones | Refusal {
  return session?.zones ?? fromConnection ?? zonesFile(dataDir, cameraId);
}

function zonesFile(dataDir: string, cameraId: string): Zones | Refusal {
  const name = `zones/${cameraId}.json`;
  const result = /[/\\:]/.test(cameraId) ? null : readZonesFile(join(dataDir, name));
  if (result === null) {
    const message = `no zones are known for the camera ${cameraId}: send them with the session or add ${name}`;
    return { code: 'no_zones', message };
  }
  return result.ok ? result.zones : { code: 'no_zones', message: `${name} cannot be used: ${result.reason}` };
}

/** Null when there is no such file. */
function readZonesFile(path: string): ZonesResult | null {
  try {
    return parseZonesText(readFileSync(path, 'utf8'));
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return missing ? null : { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}
