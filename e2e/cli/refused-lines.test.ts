import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { backhaul, startBackhaul } from '../support/command-line.ts';
import { askFile } from '../support/reading.ts';
import type { Line } from '../support/records.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder('refused');
afterAll(() => folder.remove());

const session = '20251213_143500_camera_35';
const head = { session_id: session, camera_id: 'camera_35', location_id: 'store_1' };

function division(frame: unknown, over: Line = {}): string {
  const counts = { walking_area_waiters: 1, service_area_waiters: 0 };
  const own = { frame_number: frame, timestamp_video: 1, state: 'GREEN', ...counts };
  return JSON.stringify({ type: 'division_state', ...head, ...own, ...over });
}

function table(frame: unknown, over: Line = {}): string {
  const counts = { customers_count: 2, waiters_count: 0 };
  const own = { frame_number: frame, timestamp_video: 1, table_id: 'T1', state: 'BUSY', ...counts };
  return JSON.stringify({ type: 'table_state', ...head, ...own, ...over });
}

const detections = (over: Line): string =>
  JSON.stringify({ type: 'detections', ...head, frame_number: 1, timestamp_video: 0, people: [], ...over });
const person = { bbox: [0, 0, 50, 50], confidence: 0.9, role: 'staff', role_confidence: 0.9 };
const nested = (depth: number): string => `${'[1,'.repeat(depth)}0${']'.repeat(depth)}`;
const withRaw = (text: string, bytes: readonly number[]): Buffer => {
  const [before = '', after = ''] = text.split('@');
  return Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
};

const bad: readonly (readonly [line: string | Buffer, code: string])[] = [
  ['{"type":"division_state","session_id":"20251213_1435', 'invalid_json'],
  [division(1).slice(0, -1), 'invalid_json'],
  [`${division(1)}${division(2)}`, 'invalid_json'],
  ['{"type":"division_state",}', 'invalid_json'],
  ["{'type':'division_state'}", 'invalid_json'],
  ['NaN', 'invalid_json'],
  [division(1, { note: 'x'.repeat(10_000_000) }), 'too_long'],
  [table(1, { table_id: 'T\u0000' }), 'nul_character'],
  [division(1, { 'odd\u0000key': 1 }), 'nul_character'],
  [withRaw(table(1, { table_id: 'T@' }), [0]), 'invalid_json'],
  [table(1).replace('"T1"', '"T\\ud83d"'), 'unpaired_surrogate'],
  [table(1).replace('"T1"', '"\\udE00\\uD83D"'), 'unpaired_surrogate'],
  [division(1).replace('"state"', '"\\ud800":1,"state"'), 'unpaired_surrogate'],
  [withRaw(table(1, { table_id: 'T@' }), [0xff]), 'invalid_utf8'],
  [withRaw(table(1, { table_id: 'T@' }), [0xc0, 0x80]), 'invalid_utf8'],
  [withRaw(table(1, { table_id: 'T@' }), [0xed, 0xa0, 0x80]), 'invalid_utf8'],
  [withRaw(table(1, { table_id: '@' }), [0xb1, 0x64]), 'invalid_utf8'],
  ['[1,2]', 'invalid_shape'],
  ['null', 'invalid_shape'],
  ['"division_state"', 'invalid_shape'],
  ['{}', 'invalid_shape'],
  ['{"type":7}', 'invalid_shape'],
  ['{"type":"__proto__"}', 'unknown_type'],
  ['{"type":"constructor"}', 'unknown_type'],
  ['{"type":"Division_State"}', 'unknown_type'],
  [division('12'), 'invalid_shape'],
  [division(1.5), 'invalid_shape'],
  [division(-1), 'invalid_shape'],
  [division(true), 'invalid_shape'],
  [division(null), 'invalid_shape'],
  [division(0).replace('"frame_number":0', '"frame_number":9007199254740992'), 'invalid_shape'],
  [division(0).replace('"frame_number":0', '"frame_number":9007199254740993'), 'invalid_shape'],
  [division(0).replace('"frame_number":0', '"frame_number":1e999'), 'invalid_shape'],
  [division(1, { state: 'green' }), 'invalid_shape'],
  [division(1, { state: 'BUSY' }), 'invalid_shape'],
  [division(1, { state: ['GREEN'] }), 'invalid_shape'],
  [table(1, { state: 'busy' }), 'invalid_shape'],
  [table(1, { state: 'Busy ' }), 'invalid_shape'],
  [division(1, { walking_area_waiters: -1 }), 'invalid_shape'],
  [division(1, { walking_area_waiters: '1' }), 'invalid_shape'],
  [division(1, { walking_area_waiters: 2_147_483_648 }), 'invalid_shape'],
  [division(1, { walking_waiters: 2 }), 'invalid_shape'],
  [table(1, { customers_count: undefined }), 'invalid_shape'],
  [table(1, { table_id: 7 }), 'invalid_shape'],
  [table(1, { table_id: '' }), 'invalid_shape'],
  [division(1, { session_id: 'x'.repeat(100_000) }), 'invalid_shape'],
  [division(1, { session_id: { $ne: 1 } }), 'invalid_shape'],
  [division(1, { timestamp_video: '1' }), 'invalid_shape'],
  [division(1, { timestamp_video: -0.5 }), 'invalid_shape'],
  [division(1).replace('"timestamp_video":1', '"timestamp_video":1e999'), 'invalid_shape'],
  [division(1, { seq: -1 }), 'invalid_shape'],
  [division(1, { seq: 'one' }), 'invalid_shape'],
  [detections({ people: 'two' }), 'invalid_shape'],
  [detections({ people: [{ ...person, bbox: [1, 2, 3] }] }), 'invalid_shape'],
  [detections({ people: [{ ...person, bbox: [1, 2, 3, null] }] }), 'invalid_shape'],
  [detections({ people: [{ ...person, role: 'STAFF' }] }), 'invalid_shape'],
  [detections({ people: [person, null] }), 'invalid_shape'],
  [detections({ people: [person] }), 'no_zones'],
  [division(1, { extra: 0 }).replace('"extra":0', `"extra":${nested(60)}`), 'too_deep'],
  [division(1, { extra: 0 }).replace('"extra":0', `"extra":${nested(100_000)}`), 'too_deep'],
  [nested(200_000), 'invalid_shape'],
  ...[
    '2025-02-30 10:00:00',
    '2025-12-13 24:00:00',
    '2025-12-13 10:00:61',
    '2025-12-13T10:00:00+25:00',
    '0000-00-00 00:00:00',
    'tomorrow',
    '1765607700',
    '',
  ].map((time) => [division(1, { timestamp_recorded: time }), 'impossible_time'] as const),
  [division(1, { timestamp_recorded: 1765607700 }), 'invalid_shape'],
  [division(1, { location_id: 'store_2' }), 'wrong_location'],
  ['{"type":"location","location_id":"store_2"}', 'wrong_location'],
  ['{"type":"location","location_id":"store_1","timezone":"Mars/Base"}', 'invalid_shape'],
  [division(2, { state: 'RED' }), 'conflict'],
];

test('each bad line is named on stderr with its number and kept as it came, and the good ones go in', async () => {
  const dataDir = join(folder.path, 'lines');
  const parts: Buffer[] = [Buffer.from('\u{FEFF}\r\n')];
  const good = [division(2)];
  parts.push(Buffer.from(`${good[0]}\r\n\n   \n`));
  const numbers: number[] = [];
  let number = 4;
  bad.forEach(([line], index) => {
    numbers.push(number + 1);
    const fine = division(100 + index, { __proto__x: { nested: [1] } });
    parts.push(Buffer.from(line), Buffer.from(`\n${fine}\n`));
    number += 2;
  });
  parts.push(Buffer.from(table(9_007_199_254_740_991, { table_id: '最后' })));
  const result = await backhaul(['ingest', '--json'], { dataDir, input: Buffer.concat(parts) });
  const told = result.stderr.split('\n').flatMap((line) => {
    const match = /^line (\d+): (\w+): .+/.exec(line);
    return match === null ? (line === '' ? [] : [line]) : [`${match[1]} ${match[2]}`];
  });
  expect(told).toEqual(bad.map(([, code], index) => `${numbers[index]} ${code}`));
  expect(result.stderr.length).toBeLessThan(30_000);
  expect([result.code, result.json()]).toMatchObject([
    3,
    { received: 2 * bad.length + 2, committed: bad.length + 2, duplicates: 0, refused: bad.length },
  ]);
  const kept = askFile<{ code: string; line: Buffer; line_number: number }>(
    dataDir,
    'SELECT code, line, line_number FROM rejected_lines ORDER BY id',
  );
  expect(kept.map(({ code }) => code)).toEqual(bad.map(([, code]) => code));
  for (const [index, [line, code]] of bad.entries()) {
    const whole = Buffer.from(line);
    const part = kept[index]?.line ?? Buffer.alloc(0);
    if (code === 'too_long') expect(whole.subarray(0, part.length).equals(part)).toBe(true);
    else expect(part.equals(whole)).toBe(true);
    expect(part.length).toBeGreaterThan(0);
  }
  const stored = askFile(dataDir, 'SELECT count(*) AS n, min(frame_number) AS first FROM division_states');
  expect(stored).toEqual([{ n: bad.length + 1, first: 2 }]);
  expect(askFile(dataDir, 'SELECT table_id, CAST(frame_number AS TEXT) AS f FROM table_states')).toEqual([
    { table_id: '最后', f: '9007199254740991' },
  ]);
});

test('with --ack a refused line is answered by its seq, or its number, on stdout', async () => {
  const lines = [division(1, { seq: 5 }), division(2, { seq: 6, state: 'red' }), 'torn', division(3)];
  const dataDir = join(folder.path, 'ack');
  const result = await backhaul(['ingest', '-', '--ack', '--json'], { dataDir, input: lines.join('\n') });
  const replies = result.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  expect([result.code, replies]).toMatchObject([
    3,
    [
      { type: 'ack', seq: 5 },
      { type: 'error', seq: 6, code: 'invalid_shape' },
      { type: 'error', line: 3, code: 'invalid_json' },
      { type: 'ack', line: 4 },
    ],
  ]);
  expect(JSON.parse(result.stderr)).toMatchObject({ received: 4, committed: 2, refused: 2 });
});

test('zones and ids that the bridge refuses end the command; no line is answered in their place', async () => {
  const square = [
    [0, 0],
    [9, 0],
    [9, 9],
  ];
  const zones = { frame_size: [9, 9], division: square, tables: [{ id: 'T\u0000', polygon: square }] };
  writeFileSync(join(folder.path, 'zones.json'), JSON.stringify(zones));
  const refusals: [string[], RegExp][] = [
    [
      ['--zones', join(folder.path, 'zones.json')],
      /^backhaul: The zones or ids given with this command cannot be used: .*\n$/,
    ],
    [['--session', ''], /--session .* it is empty/],
  ];
  for (const [flags, words] of refusals) {
    const dataDir = join(folder.path, `hello-${flags[0]}`);
    const input = `${division(1)}\ntorn\n`;
    const result = await backhaul(['ingest', '-', '--ack', ...flags], { dataDir, input });
    expect([result.code, result.stdout]).toEqual([2, '']);
    expect(result.stderr).toMatch(words);
  }
});

test('a line of 200 MB is refused in little memory, and the line after it goes in', async () => {
  const dataDir = join(folder.path, 'huge');
  const piece = Buffer.alloc(1_000_000, 'x');
  let peakKb = Number.POSITIVE_INFINITY;
  let pid: number | undefined;
  const input = async function* () {
    yield Buffer.from('{"type":"division_state","note":"');
    for (let sent = 0; sent < 200; sent += 1) yield piece;
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    peakKb = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]);
    yield Buffer.from(`"}\n${division(1)}\n`);
  };
  const ingest = startBackhaul(['ingest', '--json'], { dataDir, input: input() });
  pid = ingest.child.pid;
  const result = await ingest.finished;
  expect([result.code, result.json()]).toMatchObject([3, { received: 2, committed: 1, refused: 1 }]);
  expect(result.stderr).toMatch(/^line 1: too_long: /);
  expect(peakKb).toBeLessThan(250_000);
});

test.each([
  ['text that is no JSON', '{ "sync": ', /config\.json.*not JSON/],
  ['a wrong type', '{ "sync": { "batchSize": "many" } }', /config\.json.*sync\.batchSize: /],
  ['an unknown key', '{ "sync": { "bachSize": 10 } }', /sync\.bachSize: is not a known key/],
  [
    'a zone that does not exist',
    '{ "location": { "timezone": "Asia/Shangai" } }',
    /location\.timezone: .*zone/,
  ],
  ['a list', '[]', /the whole file/],
])(
  'a configuration with %s is refused with its path and reason before anything is written',
  async (name, text, reason) => {
    const dataDir = join(folder.path, name.replaceAll(' ', '-'));
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, 'config.json'), text);
    const result = await backhaul(['ingest'], { dataDir, input: division(1) });
    expect([result.code, result.stderr]).toEqual([2, expect.stringMatching(reason)]);
    expect(result.stderr).toMatch(/^backhaul: .*\n$/);
    expect(() => askFile(dataDir, 'SELECT 1')).toThrow();
  },
);

test('bad flags end with 2 and say what is wrong', async () => {
  const words = [
    ['ingest', join(folder.path, 'missing.ndjson')],
    ['states', '--detections', join(folder.path, 'missing.ndjson'), '--zones', 'zones.json'],
    ['sync', '--mode', 'weekly'],
    ['history', '--limit', '0'],
    ['cloud', 'token', '--location', 'x', '--ttl', 'soon'],
    [],
  ];
  const dataDir = join(folder.path, 'flags');
  const results = await Promise.all(words.map((args) => backhaul(args, { dataDir, input: '' })));
  for (const [index, { code, stdout, stderr }] of results.entries()) {
    expect([words[index], code, stdout]).toEqual([words[index], 2, '']);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(stderr.length).toBeGreaterThan(10);
  }
});
