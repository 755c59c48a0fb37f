import { ensureLocation, prepared } from '../storage/service.ts';
import { type Applying, required } from './applying.ts';
import { type CaptureRecord, duplicate, type Outcome, refused, stored } from './capture-record.ts';
import { mergeRow } from './merge-row.ts';
import type {
  CameraMessage,
  LocationMessage,
  Refusal,
  SessionEndMessage,
  SessionMessage,
} from './messages.ts';
import { impossible } from './recorded-time.ts';
import { type Owners, ownersOf } from './session-owners.ts';
import { giveZones } from './session-zones.ts';

/** Completes the location's row (SPEC 4.1). */
export function applyLocation({ db, memory, now }: Applying, message: LocationMessage): Outcome {
  const location = memory.location(message.location_id);
  if ('code' in location) return refused(location);
  memory.adopt(db, location.locationId);
  const done = mergeRow(db, {
    table: 'locations',
    key: { location_id: location.locationId },
    values: message.columns,
    stamp: { updated_at: now },
  });
  if (done === 'same') return duplicate;
  memory.locationChanged(message.timezone);
  return stored;
}

/** Completes a camera's row. */
export function applyCamera(applying: Applying, record: CaptureRecord, message: CameraMessage): Outcome {
  const { db, memory, now } = applying;
  const { defaults } = record.origin;
  const location = memory.location(
    message.location_id ?? defaults.locationId ?? defaults.zones?.locationId ?? null,
  );
  if ('code' in location) return refused(location);
  memory.adopt(db, location.locationId);
  ensureLocation(db, location.locationId);
  const done = mergeRow(db, {
    table: 'cameras',
    key: { camera_id: message.camera_id },
    values: { ...message.columns, location_id: location.locationId },
    stamp: { updated_at: now },
  });
  return done === 'same' ? duplicate : stored;
}

/** Begins or completes a session: its video, its zones, its row. */
export function applySession(applying: Applying, record: CaptureRecord, message: SessionMessage): Outcome {
  const { db, memory } = applying;
  const owners = announcedOwners(applying, record, message);
  if ('code' in owners) return refused(owners);
  const startMs = memory.time().toEpochMs(message.start_time);
  const startTime = memory.time().toLocal(message.start_time);
  if (startMs === null || startTime === null) return refused(impossible('start_time', message.start_time));
  memory.ensureParents(db, message.session_id, owners.cameraId, owners.locationId);
  const { video_filename, fps, resolution, total_frames } = message;
  const changes = [
    video_filename === null
      ? 'same'
      : mergeVideo(applying, owners.cameraId, video_filename, { fps, resolution }),
    mergeRow(db, {
      table: 'sessions',
      key: { session_id: message.session_id },
      values: {
        ...{ camera_id: owners.cameraId, location_id: owners.locationId, start_time: startTime },
        ...{ fps, resolution, total_frames },
        video_id: video_filename === null ? null : videoId(applying, owners.cameraId, video_filename),
      },
      whereEmpty: { processing_status: 'processing' },
    }),
  ];
  const session = memory.session(db, message.session_id);
  if (session === null) return stored;
  session.cameraId = owners.cameraId;
  session.startMs = startMs;
  if (message.zones !== null && giveZones(applying, session, message.zones)) changes.push('updated');
  return changes.every((change) => change === 'same') ? duplicate : stored;
}

/** A session names its camera and location itself; flags stand in. */
function announcedOwners(
  { memory }: Applying,
  record: CaptureRecord,
  message: SessionMessage,
): Owners | Refusal {
  const { defaults } = record.origin;
  const cameraId = message.camera_id ?? defaults.cameraId ?? defaults.zones?.cameraId;
  const given = message.location_id ?? defaults.locationId ?? defaults.zones?.locationId;
  if (cameraId == null) return required('camera_id');
  if (given == null) return required('location_id');
  const location = memory.location(given);
  return 'code' in location ? location : { cameraId, locationId: location.locationId };
}

/** Closes a session; one that nobody announced gets a stub first. */
export function applySessionEnd(
  applying: Applying,
  record: CaptureRecord,
  message: SessionEndMessage,
): Outcome {
  const { db, memory } = applying;
  const owners = ownersOf(applying, record, { ...message, camera_id: null, location_id: null });
  if ('code' in owners) return refused(owners);
  const endTime = memory.time().toLocal(message.end_time);
  if (endTime === null) return refused(impossible('end_time', message.end_time));
  memory.ensureParents(db, message.session_id, owners.cameraId, owners.locationId);
  const done = mergeRow(db, {
    table: 'sessions',
    key: { session_id: message.session_id },
    values: { end_time: endTime, processing_status: message.processing_status },
  });
  return done === 'same' ? duplicate : stored;
}

function mergeVideo(
  { db }: Applying,
  cameraId: string,
  filename: string,
  values: { readonly fps: number | null; readonly resolution: string | null },
): 'inserted' | 'updated' | 'same' {
  return mergeRow(db, { table: 'videos', key: { camera_id: cameraId, video_filename: filename }, values });
}

function videoId({ db }: Applying, cameraId: string, filename: string): number {
  const row = prepared(db, 'SELECT video_id FROM videos WHERE camera_id = ? AND video_filename = ?').get(
    cameraId,
    filename,
  ) as { video_id: number } | undefined;
  return row?.video_id ?? 0;
}
