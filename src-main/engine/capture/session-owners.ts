import type { Applying } from './applying.ts';
import type { CaptureRecord } from './capture-record.ts';
import type { Refusal } from './messages.ts';

/** Whose a session is. */
export interface Owners {
  readonly cameraId: string;
  readonly locationId: string;
}

/** `YYYYMMDD_HHMMSS_<camera_id>` (SPEC 1) */
const sessionForm = /^\d{8}_\d{6}_(.+)$/;

/**
 * The camera and location of a session: as the line says, as the database knows, as the connection's flags or
 * zones say; the camera at last as the session's id has it.
 */
export function ownersOf(
  { db, memory }: Applying,
  record: CaptureRecord,
  line: {
    readonly session_id: string;
    readonly camera_id: string | null;
    readonly location_id: string | null;
  },
): Owners | Refusal {
  const { defaults } = record.origin;
  const cameraId =
    line.camera_id ??
    (memory.session(db, line.session_id)?.cameraId || null) ??
    defaults.cameraId ??
    defaults.zones?.cameraId ??
    sessionForm.exec(line.session_id)?.[1];
  if (cameraId === undefined) {
    return { code: 'no_session', message: `nobody said which camera the session ${line.session_id} is of` };
  }
  const location = memory.location(
    line.location_id ?? defaults.locationId ?? defaults.zones?.locationId ?? null,
  );
  return 'code' in location ? location : { cameraId, locationId: location.locationId };
}
