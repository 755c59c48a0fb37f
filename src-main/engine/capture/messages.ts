import type { DivisionState, Frame, TableState } from './zone-states.ts';
import type { Zones } from './zones.ts';

/** Why a line was refused. It is kept whole in `rejected_lines` with the code and the words (SPEC 4.1). */
export type RefusalCode =
  | 'invalid_utf8'
  | 'invalid_json'
  | 'too_long'
  | 'too_deep'
  | 'nul_character'
  | 'unpaired_surrogate'
  | 'invalid_shape'
  | 'unknown_type'
  | 'impossible_time'
  | 'wrong_location'
  | 'no_zones'
  | 'no_session'
  | 'conflict'
  | 'not_storable';

export interface Refusal {
  readonly code: RefusalCode;
  readonly message: string;
}

/** Null ids stand for what the connection knows: its last session, its flags. */
export interface StateHead {
  readonly session_id: string | null;
  readonly camera_id: string | null;
  readonly location_id: string | null;
  readonly frame_number: number;
  /** seconds */
  readonly timestamp_video: number;
  /** as it was sent; null when it was not */
  readonly timestamp_recorded: string | null;
  readonly screenshot_path: string | null;
}

export interface DivisionStateMessage extends StateHead {
  readonly type: 'division_state';
  readonly state: DivisionState;
  readonly walking_area_waiters: number;
  readonly service_area_waiters: number;
}

export interface TableStateMessage extends StateHead {
  readonly type: 'table_state';
  readonly table_id: string;
  readonly state: TableState;
  readonly customers_count: number;
  readonly waiters_count: number;
}

export type StateMessage = DivisionStateMessage | TableStateMessage;

export interface DetectionsMessage extends Frame {
  readonly type: 'detections';
  readonly session_id: string | null;
  readonly camera_id: string | null;
  readonly location_id: string | null;
  readonly timestamp_recorded: string | null;
}

/** Columns of a parent row; null for those that were not sent. */
export type Columns = Readonly<Record<string, string | number | null>>;

export interface LocationMessage {
  readonly type: 'location';
  readonly location_id: string;
  readonly timezone: string | null;
  readonly columns: Columns;
}

export interface CameraMessage {
  readonly type: 'camera';
  readonly camera_id: string;
  readonly location_id: string | null;
  readonly columns: Columns;
}

export interface SessionMessage {
  readonly type: 'session';
  readonly session_id: string;
  readonly camera_id: string | null;
  readonly location_id: string | null;
  readonly video_filename: string | null;
  readonly fps: number | null;
  readonly resolution: string | null;
  readonly start_time: string;
  readonly total_frames: number | null;
  readonly zones: Zones | null;
}

export interface SessionEndMessage {
  readonly type: 'session_end';
  readonly session_id: string;
  readonly end_time: string;
  readonly processing_status: string;
}

/**
 * What a connection may say first, before any record: the defaults for ids that its lines lack, zones, whether
 * lines without `seq` are acknowledged by line number, and whether a summary ends the replies.
 */
export interface HelloMessage {
  readonly type: 'hello';
  readonly zones: Zones | null;
  readonly location_id: string | null;
  readonly camera_id: string | null;
  readonly session_id: string | null;
  readonly ack_unnumbered: boolean;
  readonly summary: boolean;
}

/** What a detector counts on a shelf (SPEC 9). */
export interface InventoryMessage {
  readonly type: 'inventory';
  readonly location_id: string | null;
  readonly frame_number: number | null;
  /** by the detector's clock: epoch seconds or a text; null where it names no time */
  readonly timestamp_utc: number | string | null;
  /** the same as epoch milliseconds; NaN for an impossible time */
  readonly timestampMs: number | null;
  readonly counts: Readonly<Record<string, number>>;
}

export type Message =
  | InventoryMessage
  | StateMessage
  | DetectionsMessage
  | LocationMessage
  | CameraMessage
  | SessionMessage
  | SessionEndMessage
  | HelloMessage;
