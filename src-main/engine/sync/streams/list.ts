import type { ParentTable } from '../parent-source.ts';
import type { StateTable } from '../state-table.ts';
import { cameraRois } from './camera-rois.ts';
import { cameras } from './cameras.ts';
import { divisionStates } from './division-states.ts';
import { locations } from './locations.ts';
import { sessions } from './sessions.ts';
import { tableStates } from './table-states.ts';
import { videos } from './videos.ts';

/** In the order of a run (SPEC 5.1): parents before what refers to them. */
export const parentTables: readonly ParentTable[] = [locations, cameras, cameraRois, videos, sessions];
export const stateTables: readonly StateTable[] = [divisionStates, tableStates];

/** The cloud's tables and their natural keys. */
export const cloudKeys: Readonly<Record<string, readonly string[]>> = {
  locations: ['location_id'],
  cameras: ['location_id', 'camera_id'],
  camera_rois: ['location_id', 'camera_id', 'roi_identifier', 'roi_version'],
  videos: ['location_id', 'camera_id', 'video_filename'],
  sessions: ['location_id', 'session_id'],
  division_states: ['location_id', 'session_id', 'camera_id', 'frame_number'],
  table_states: ['location_id', 'session_id', 'camera_id', 'frame_number', 'table_id'],
  sync_status: ['location_id', 'run_key'],
};
