import { describe, expect, test } from 'vitest';
import { createStateDeriver, type DeriveDefaults, deriveStates } from './derive-states.ts';
import { parseZones } from './zones.ts';

const parsed = parseZones({
  camera_id: 'camera_of_the_file',
  location_id: 'location_of_the_file',
  frame_size: [100, 100],
  division: [
    [0, 0],
    [100, 0],
    [100, 100],
    [0, 100],
  ],
  tables: [
    {
      id: 'T1',
      polygon: [
        [0, 0],
        [50, 0],
        [50, 50],
        [0, 50],
      ],
    },
  ],
  thresholds: { min_box: [1, 1] },
});
if (!parsed.ok) throw new Error(parsed.reason);
const { zones } = parsed;
const nobody: DeriveDefaults = {
  sessionId: null,
  cameraId: null,
  locationId: null,
  timeZone: 'Asia/Shanghai',
};
const guest = { bbox: [10, 10, 20, 20], confidence: 1, role: 'customer', role_confidence: 1 };

const frame = (frame_number: number, timestamp_video: number, people: object[] = [], more: object = {}) =>
  JSON.stringify({ type: 'detections', frame_number, timestamp_video, people, ...more });

function derive(lines: readonly string[], defaults: Partial<DeriveDefaults> = {}, fileZones = zones) {
  return [...deriveStates(lines, fileZones, { ...nobody, ...defaults })];
}

describe('deriving states from detections', () => {
  test('prints changes in the form of lines of the bridge', () => {
    expect(derive([frame(0, 0), frame(5, 0.5, [guest]), frame(15, 1.5, [guest])])).toEqual([
      {
        type: 'division_state',
        session_id: null,
        camera_id: 'camera_of_the_file',
        location_id: 'location_of_the_file',
        frame_number: 0,
        timestamp_video: 0,
        state: 'RED',
        walking_area_waiters: 0,
        service_area_waiters: 0,
        total_staff: 0,
      },
      expect.objectContaining({ type: 'table_state', table_id: 'T1', state: 'IDLE', frame_number: 0 }),
      expect.objectContaining({ state: 'BUSY', frame_number: 15, timestamp_video: 1.5, customers_count: 1 }),
    ]);
  });

  test('flags win over the file, messages win over flags', () => {
    const [byFlag] = derive([frame(0, 0)], { cameraId: 'flag', sessionId: 'S' });
    expect(byFlag).toMatchObject({ camera_id: 'flag', session_id: 'S', location_id: 'location_of_the_file' });
    const session = {
      type: 'session',
      session_id: 'M',
      camera_id: 'said',
      start_time: '2025-12-13 14:35:00',
    };
    const [byMessage] = derive([JSON.stringify(session), frame(0, 0)], { cameraId: 'flag', sessionId: 'S' });
    expect(byMessage).toMatchObject({ camera_id: 'said', session_id: 'M' });
  });

  test('the start of the session gives the time of recording, to the millisecond', () => {
    const session = { type: 'session', session_id: 'M', start_time: '2025-12-13T06:35:00Z' };
    const changes = derive([
      JSON.stringify(session),
      frame(0, 61.25),
      frame(1, 62, [], { session_id: 'other' }),
    ]);
    expect(changes.map((change) => change.timestamp_recorded)).toEqual([
      '2025-12-13 14:36:01.250+08:00',
      '2025-12-13 14:36:01.250+08:00',
      undefined,
      undefined,
    ]);
  });

  test('a frame that comes again changes nothing, and sessions do not mix', () => {
    const lines = [
      frame(4, 0.4),
      frame(4, 0.4),
      frame(2, 0.2, [guest]),
      frame(4, 0.4, [], { session_id: 'B' }),
    ];
    expect(derive(lines, { sessionId: 'A' }).map((change) => change.session_id)).toEqual([
      'A',
      'A',
      'B',
      'B',
    ]);
  });

  test('lines that are refused are told with their number, the rest goes on', () => {
    const refused: string[] = [];
    const onRefused = (line: number, refusal: { code: string }) => refused.push(`${line} ${refusal.code}`);
    const impossibleStart = JSON.stringify({ type: 'session', session_id: 'M', start_time: 'yesterday' });
    const lines = [
      '{',
      frame(0, 0),
      impossibleStart,
      frame(1, 1, [], { timestamp_recorded: '2025-02-30 00:00' }),
    ];
    expect(derive(lines, { onRefused })).toHaveLength(2);
    expect(refused).toEqual(['1 invalid_json', '3 impossible_time', '4 impossible_time']);
    refused.length = 0;
    expect([...deriveStates([frame(0, 0)], null, { ...nobody, onRefused })]).toEqual([]);
    expect(refused).toEqual(['1 no_zones']);
  });

  test('the beginning of a line too long is refused as that', () => {
    const refused: string[] = [];
    const derive = createStateDeriver(zones, { ...nobody, onRefused: (_, { code }) => refused.push(code) });
    expect(derive(Buffer.from(frame(0, 0)), 1, true)).toEqual([]);
    expect(refused).toEqual(['too_long']);
  });
});
