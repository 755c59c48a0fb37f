import { isTimeZone } from '../time/store-time.ts';
import {
  count,
  eitherCount,
  type Fields,
  id,
  oneOf,
  optionalAmount,
  optionalFlag,
  optionalId,
  optionalText,
  ShapeFault,
  seconds,
  text,
  wholeNumber,
} from './fields.ts';
import { inventory } from './inventory-reader.ts';
import type {
  CameraMessage,
  DetectionsMessage,
  DivisionStateMessage,
  HelloMessage,
  LocationMessage,
  Message,
  SessionEndMessage,
  SessionMessage,
  TableStateMessage,
} from './messages.ts';
import type { Person } from './placement.ts';
import { parseZones, type Zones } from './zones.ts';

/** How one type of message is read, and the fields it may have besides `type` and `seq`. */
export interface MessageReader {
  readonly read: (fields: Fields) => Message;
  readonly known: ReadonlySet<string>;
}

const divisionWords = ['RED', 'YELLOW', 'GREEN'] as const;
const tableWords = ['IDLE', 'BUSY', 'CLEANING'] as const;
const roleWords = ['staff', 'customer'] as const;

function divisionState(fields: Fields): DivisionStateMessage {
  return {
    type: 'division_state',
    session_id: optionalId(fields, 'session_id'),
    camera_id: optionalId(fields, 'camera_id'),
    location_id: optionalId(fields, 'location_id'),
    frame_number: wholeNumber(fields, 'frame_number'),
    timestamp_video: seconds(fields, 'timestamp_video'),
    timestamp_recorded: optionalText(fields, 'timestamp_recorded'),
    state: oneOf(fields, 'state', divisionWords),
    walking_area_waiters: eitherCount(fields, 'walking_area_waiters', 'walking_waiters'),
    service_area_waiters: eitherCount(fields, 'service_area_waiters', 'service_waiters'),
    screenshot_path: optionalText(fields, 'screenshot_path'),
  };
}

function tableState(fields: Fields): TableStateMessage {
  return {
    type: 'table_state',
    session_id: optionalId(fields, 'session_id'),
    camera_id: optionalId(fields, 'camera_id'),
    location_id: optionalId(fields, 'location_id'),
    frame_number: wholeNumber(fields, 'frame_number'),
    timestamp_video: seconds(fields, 'timestamp_video'),
    timestamp_recorded: optionalText(fields, 'timestamp_recorded'),
    table_id: id(fields, 'table_id'),
    state: oneOf(fields, 'state', tableWords),
    customers_count: count(fields, 'customers_count'),
    waiters_count: count(fields, 'waiters_count'),
    screenshot_path: optionalText(fields, 'screenshot_path'),
  };
}

function detections(fields: Fields): DetectionsMessage {
  const people = fields.people;
  if (!Array.isArray(people)) throw new ShapeFault('people', 'a list', people);
  return {
    type: 'detections',
    session_id: optionalId(fields, 'session_id'),
    camera_id: optionalId(fields, 'camera_id'),
    location_id: optionalId(fields, 'location_id'),
    frame_number: wholeNumber(fields, 'frame_number'),
    timestamp_video: seconds(fields, 'timestamp_video'),
    timestamp_recorded: optionalText(fields, 'timestamp_recorded'),
    people: people.map(person),
  };
}

function person(value: unknown, index: number): Person {
  const path = `people[${index}]`;
  if (typeof value !== 'object' || value === null) throw new ShapeFault(path, 'an object', value);
  const fields = value as Fields;
  const bbox = fields.bbox;
  if (!Array.isArray(bbox) || bbox.length !== 4 || !bbox.every(Number.isFinite)) {
    throw new ShapeFault(`${path}.bbox`, 'four finite numbers [x1, y1, x2, y2]', bbox);
  }
  const role = roleWords.find((word) => word === fields.role);
  if (role === undefined) throw new ShapeFault(`${path}.role`, 'staff or customer', fields.role);
  return {
    bbox: bbox as [number, number, number, number],
    confidence: finite(fields, path, 'confidence'),
    role,
    role_confidence: finite(fields, path, 'role_confidence'),
  };
}

function finite(fields: Fields, path: string, name: string): number {
  const value = fields[name];
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new ShapeFault(`${path}.${name}`, 'a finite number', value);
}

const locationTexts = ['city', 'restaurant_name', 'commercial_area', 'address', 'region'] as const;

function location(fields: Fields): LocationMessage {
  const timezone = optionalText(fields, 'timezone');
  if (timezone !== null && !isTimeZone(timezone)) {
    throw new ShapeFault('timezone', 'the name of a time zone such as Asia/Shanghai', timezone);
  }
  return {
    type: 'location',
    location_id: id(fields, 'location_id'),
    timezone,
    columns: { ...texts(fields, locationTexts), timezone, is_active: flagNumber(fields, 'is_active') },
  };
}

const cameraTexts = [
  'camera_name',
  'camera_ip_address',
  'rtsp_endpoint',
  'camera_type',
  'resolution',
  'division_name',
  'division_description',
  'installation_date',
  'status',
] as const;

function camera(fields: Fields): CameraMessage {
  return {
    type: 'camera',
    camera_id: id(fields, 'camera_id'),
    location_id: optionalId(fields, 'location_id'),
    columns: texts(fields, cameraTexts),
  };
}

function session(fields: Fields): SessionMessage {
  return {
    type: 'session',
    session_id: id(fields, 'session_id'),
    camera_id: optionalId(fields, 'camera_id'),
    location_id: optionalId(fields, 'location_id'),
    video_filename: optionalText(fields, 'video_filename') || null,
    fps: optionalAmount(fields, 'fps'),
    resolution: optionalText(fields, 'resolution'),
    start_time: text(fields, 'start_time'),
    total_frames: fields.total_frames == null ? null : count(fields, 'total_frames'),
    zones: optionalZones(fields),
  };
}

function sessionEnd(fields: Fields): SessionEndMessage {
  return {
    type: 'session_end',
    session_id: id(fields, 'session_id'),
    end_time: text(fields, 'end_time'),
    processing_status: text(fields, 'processing_status'),
  };
}

function hello(fields: Fields): HelloMessage {
  return {
    type: 'hello',
    zones: optionalZones(fields),
    location_id: optionalId(fields, 'location_id'),
    camera_id: optionalId(fields, 'camera_id'),
    session_id: optionalId(fields, 'session_id'),
    ack_unnumbered: optionalFlag(fields, 'ack_unnumbered') ?? false,
    summary: optionalFlag(fields, 'summary') ?? false,
  };
}

function optionalZones(fields: Fields): Zones | null {
  if (fields.zones == null) return null;
  const result = parseZones(fields.zones);
  if (result.ok) return result.zones;
  throw new ShapeFault('zones', `the zones of a camera (${result.reason})`, fields.zones);
}

function texts(fields: Fields, names: readonly string[]): Record<string, string | null> {
  return Object.fromEntries(names.map((name) => [name, optionalText(fields, name)]));
}

function flagNumber(fields: Fields, name: string): number | null {
  const flag = optionalFlag(fields, name);
  return flag === null ? null : Number(flag);
}

const ids = ['session_id', 'camera_id', 'location_id'];
const frame = [...ids, 'frame_number', 'timestamp_video', 'timestamp_recorded'];
/** `total_staff` is derived here; a producer that sends it (our own `states` does) is not warned of it. */
const divisionFields = [
  ...[...frame, 'state', 'walking_area_waiters', 'walking_waiters', 'service_area_waiters'],
  ...['service_waiters', 'total_staff', 'screenshot_path'],
];
const tableFields = [...frame, 'table_id', 'state', 'customers_count', 'waiters_count', 'screenshot_path'];
const sessionFields = [
  ...[...ids, 'video_filename', 'fps', 'resolution', 'start_time', 'total_frames', 'zones'],
];

/** Every type of message of the bridge that is stored, and `hello` (SPEC 4.1). */
export const messageReaders: ReadonlyMap<string, MessageReader> = new Map([
  ['division_state', reader(divisionState, divisionFields)],
  ['table_state', reader(tableState, tableFields)],
  ['detections', reader(detections, [...frame, 'people'])],
  ['location', reader(location, ['location_id', 'timezone', 'is_active', ...locationTexts])],
  ['camera', reader(camera, ['camera_id', 'location_id', ...cameraTexts])],
  ['session', reader(session, sessionFields)],
  ['session_end', reader(sessionEnd, ['session_id', 'end_time', 'processing_status'])],
  ['inventory', reader(inventory, ['location_id', 'frame_number', 'timestamp_utc', 'counts'])],
  ['hello', reader(hello, [...ids, 'zones', 'ack_unnumbered', 'summary'])],
]);

function reader(read: (fields: Fields) => Message, known: readonly string[]): MessageReader {
  return { read, known: new Set(['type', 'seq', ...known]) };
}
