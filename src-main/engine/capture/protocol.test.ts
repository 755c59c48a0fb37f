import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ParsedLine, parseLine } from './protocol.ts';

const parse = (line: string | object): ParsedLine =>
  parseLine(Buffer.from(typeof line === 'string' ? line : JSON.stringify(line)));

function refusal(line: string | object): string {
  const parsed = parse(line);
  return parsed.ok ? 'taken' : `${parsed.refusal.code}: ${parsed.refusal.message}`;
}

const head = {
  session_id: '20251213_143500_camera_35',
  camera_id: 'camera_35',
  location_id: 'mianyang_hotpot_1958',
  frame_number: 12,
  timestamp_video: 1.2,
};
const division = {
  type: 'division_state',
  ...head,
  state: 'GREEN',
  walking_area_waiters: 2,
  service_area_waiters: 1,
};
const table = {
  type: 'table_state',
  ...head,
  table_id: 'T1',
  state: 'BUSY',
  customers_count: 3,
  waiters_count: 0,
};
const detections = { type: 'detections', frame_number: 0, timestamp_video: 0, people: [] };
const without = (message: object, ...names: string[]) =>
  Object.fromEntries(Object.entries(message).filter(([name]) => !names.includes(name)));

describe('a line that is taken', () => {
  test('keeps its fields, absent ones are null', () => {
    expect(parse({ ...division, seq: 7 })).toEqual({
      ok: true,
      seq: 7,
      message: { ...division, timestamp_recorded: null, screenshot_path: null },
      unknownFields: [],
    });
    expect(parse(table)).toMatchObject({ ok: true, seq: null, message: table });
  });

  test('may use the short names of the counts, or both names when they agree', () => {
    const short = {
      ...without(division, 'walking_area_waiters', 'service_area_waiters'),
      walking_waiters: 2,
      service_waiters: 1,
    };
    expect(parse(short)).toMatchObject({ message: { walking_area_waiters: 2, service_area_waiters: 1 } });
    expect(parse({ ...division, walking_waiters: 2 }).ok).toBe(true);
    expect(refusal({ ...division, walking_waiters: 3 })).toBe(
      'invalid_shape: walking_area_waiters must be the same as walking_waiters (3), got 2',
    );
  });

  test('names the fields that it should not have', () => {
    expect(parse({ ...division, mood: 1, total_staff: 3 })).toMatchObject({ unknownFields: ['mood'] });
  });

  test.each([
    { type: 'location', location_id: 'L', city: '绵阳', timezone: 'America/New_York', is_active: true },
    { type: 'camera', camera_id: 'C', location_id: 'L', camera_ip_address: '10.0.0.5' },
    { type: 'session', session_id: 'S', camera_id: 'C', location_id: 'L', start_time: '2025-12-13 14:35:00' },
    { type: 'session_end', session_id: 'S', end_time: '2025-12-13 15:00', processing_status: 'completed' },
    { ...detections, people: [{ bbox: [1, 2, 3, 4], confidence: 1, role: 'staff', role_confidence: 1 }] },
    { type: 'hello', ack_unnumbered: true },
  ])('may be %j', (line) => {
    expect(refusal(line)).toBe('taken');
  });
});

describe('a line that is refused', () => {
  test.each<[string | object, string]>([
    [{ ...division, state: 'red' }, 'invalid_shape: state must be RED, YELLOW or GREEN, got "red"'],
    [{ ...table, state: 'GREEN' }, 'invalid_shape: state must be IDLE, BUSY or CLEANING, got "GREEN"'],
    [without(division, 'state'), 'invalid_shape: state is required'],
    [without(division, 'walking_area_waiters'), 'invalid_shape: walking_area_waiters is required'],
    [without(table, 'table_id'), 'invalid_shape: table_id is required'],
    [
      { ...division, walking_area_waiters: -1 },
      'invalid_shape: walking_area_waiters must be a whole number from 0 to 2147483647, got -1',
    ],
    [
      { ...division, walking_area_waiters: 1.5 },
      'invalid_shape: walking_area_waiters must be a whole number from 0 to 2147483647, got 1.5',
    ],
    [
      { ...table, customers_count: 2147483648 },
      'invalid_shape: customers_count must be a whole number from 0 to 2147483647, got 2147483648',
    ],
    [
      { ...table, customers_count: '3' },
      'invalid_shape: customers_count must be a whole number from 0 to 2147483647, got "3"',
    ],
    [
      { ...division, frame_number: 9007199254740992 },
      'invalid_shape: frame_number must be a whole number from 0 to 9007199254740991, got 9007199254740992',
    ],
    [
      JSON.stringify(division).replace('1.2', '1e999'),
      'invalid_shape: timestamp_video must be a finite number of seconds from 0, got null',
    ],
    [
      { ...division, session_id: '' },
      'invalid_shape: session_id must be a text of 1 to 200 characters, got ""',
    ],
    [{ ...division, seq: 'x' }, 'invalid_shape: seq must be a whole number from 0, got "x"'],
    [
      { ...detections, people: [{ bbox: [1, 2, 3] }] },
      'invalid_shape: people[0].bbox must be four finite numbers [x1, y1, x2, y2], got [1,2,3]',
    ],
    [
      { ...detections, people: [{ bbox: [1, 2, 3, 4], role: 'boss' }] },
      'invalid_shape: people[0].role must be staff or customer, got "boss"',
    ],
    [without(detections, 'people'), 'invalid_shape: people is required'],
    [
      { type: 'location', location_id: 'L', timezone: 'Mars/Base' },
      'invalid_shape: timezone must be the name of a time zone such as Asia/Shanghai, got "Mars/Base"',
    ],
    [
      { type: 'session', session_id: 'S', start_time: '2025-12-13 14:35', zones: { frame_size: [1, 1] } },
      'invalid_shape: zones must be the zones of a camera (division: is missing; tables: is missing), got {"frame_size":[1,1]}',
    ],
    [{ foo: 1 }, 'invalid_shape: type is required'],
    [{ type: 5 }, 'invalid_shape: type must be a text, got 5'],
    ['[1,2]', 'invalid_shape: a line must be one JSON object, got [1,2]'],
    ['null', 'invalid_shape: a line must be one JSON object, got null'],
    [
      { type: 'inventory', counts: { Mango: '3' } },
      'invalid_shape: counts["Mango"] must be a whole number from 0 to 2147483647, got "3"',
    ],
    [{ type: 'inventory' }, 'invalid_shape: counts is required'],
  ])('%j', (line, words) => {
    expect(refusal(line)).toBe(words);
  });

  test('says that it does not know a type, and which it knows', () => {
    expect(refusal({ type: 'state' })).toMatch(
      /^unknown_type: there is no message type "state"; there are div/,
    );
  });

  test('answers with the seq it could read', () => {
    expect(parse({ ...division, seq: 9, state: 'x' })).toMatchObject({ ok: false, seq: 9 });
  });

  test.each(['{', 'hello', '{"type":"a"}{"type":"b"}', `{"a":"${'\0'}"}`, '{"a":NaN}'])(
    '%j is not JSON',
    (line) => {
      expect(refusal(line)).toMatch(/^invalid_json: /);
    },
  );

  test('bytes that are not UTF-8', () => {
    const line = Buffer.from(JSON.stringify(division).replace('camera_35', 'ÿ'), 'latin1');
    expect(parseLine(line)).toMatchObject({ refusal: { code: 'invalid_utf8' } });
    expect(parseLine(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]))).toMatchObject({
      refusal: { code: 'invalid_utf8' },
    });
  });

  test('NUL and half a surrogate pair, wherever they hide', () => {
    const hidden = (text: string) => refusal(`{"type":"detections","x":[{"y":["${text}"]}]}`);
    expect(hidden('a\\u0000')).toMatch(/^nul_character: /);
    expect(hidden('\\ud83d')).toMatch(/^unpaired_surrogate: /);
    expect(hidden('\\ude00\\ud83d')).toMatch(/^unpaired_surrogate: /);
    expect(refusal('{"type":"detections","\\u0000":1}')).toMatch(/^nul_character: /);
    expect(refusal(JSON.stringify({ ...division, camera_id: '\\u0000' }))).toBe('taken');
    expect(refusal(JSON.stringify(division).replace('camera_35"', '\\ud83d\\ude00"'))).toBe('taken');
  });

  test('nesting of 32 is taken, 33 is too deep, a megabyte of brackets is no danger', () => {
    const nested = (depth: number) => `{"type":"hello","x":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
    expect(refusal(nested(32))).toBe('taken');
    expect(refusal(nested(33))).toMatch(/^too_deep: /);
    expect(refusal(nested(400_000))).toMatch(/^(too_deep|invalid_json): /);
  });

  test('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => parseLine(Buffer.from(bytes)).ok === false),
      { numRuns: 2000 },
    );
    fc.assert(fc.property(fc.json(), (text) => parseLine(Buffer.from(text)).ok === false));
    const words = fc.constantFrom(
      'division_state',
      'table_state',
      'detections',
      'session',
      'camera',
      'hello',
    );
    fc.assert(
      fc.property(
        words,
        fc.dictionary(fc.constantFrom(...Object.keys(table), 'people', 'zones'), fc.jsonValue()),
        (type, fields) => {
          expect(typeof parse({ ...fields, type }).ok).toBe('boolean');
        },
      ),
      { numRuns: 2000 },
    );
  });
});
