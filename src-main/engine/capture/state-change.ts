import type { ZoneChange } from './zone-states.ts';

/** Where and when a change was seen; null ids where nobody said. */
export interface ChangeHead {
  readonly session_id: string | null;
  readonly camera_id: string | null;
  readonly location_id: string | null;
  readonly frame_number: number;
  /** seconds */
  readonly timestamp_video: number;
  /** store-local text with its offset; left out where it cannot be derived */
  readonly timestamp_recorded?: string;
}

/** A state change made from detections, in the form of a line of the bridge (SPEC 4.1, 4.3). */
export type StateChange = {
  readonly [Type in ZoneChange['type']]: { readonly type: Type } & ChangeHead &
    Omit<Extract<ZoneChange, { type: Type }>, 'type'>;
}[ZoneChange['type']];

/** The change with its head, keys in the order people read them. */
export function stateChange(head: ChangeHead, change: ZoneChange): StateChange {
  return change.type === 'division_state'
    ? { ...withType(change.type, head), ...change }
    : { ...withType(change.type, head), ...change };
}

function withType<Type extends string>(type: Type, head: ChangeHead): { readonly type: Type } & ChangeHead {
  return { type, ...head };
}
