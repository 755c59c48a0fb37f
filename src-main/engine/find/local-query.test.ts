import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../../../e2e/support/temporary-folder.ts';
import { openStorage, type Storage } from '../storage/service.ts';
import { stateTables } from '../sync/service.ts';
import { localQuery, queryByKeys, type TimeForm } from './local-query.ts';
import type { StateTable, Wanted } from './wanted-records.ts';

const folder = temporaryFolder('find-plan');
let storage: Storage;

beforeAll(async () => {
  storage = await openStorage(folder.path, { locationId: 'store_1', timeZone: null, now: () => new Date() });
});

afterAll(async () => {
  await storage.close();
  folder.remove();
});

const nothing: Wanted = {
  locationId: 'store_1',
  timeZone: 'Asia/Shanghai',
  tables: stateTables,
  sessionId: null,
  cameraId: null,
  tableId: null,
  fromMs: null,
  beforeMs: null,
  limit: 50,
};
const minute = { fromMs: Date.UTC(2025, 11, 13, 6, 35), beforeMs: Date.UTC(2025, 11, 13, 6, 36) };
const camera = { cameraId: 'camera_35' };
const session = { sessionId: 's_1' };

/** How SQLite walks through the state table itself, once for each step that names it. */
function stepsOf(table: StateTable, wanted: Partial<Wanted>, form: TimeForm): string[] {
  const { sql, parameters } = localQuery(table, { ...nothing, ...wanted }, form, { limit: 51, offset: 0 });
  return planOf(sql, parameters).filter((detail) => / (s|b|division_states|table_states)( |$)/.test(detail));
}

function planOf(sql: string, parameters: readonly unknown[]): string[] {
  const rows = storage.reader.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters) as { detail: string }[];
  return rows.map(({ detail }) => detail);
}

test.each<[string, Partial<Wanted>, TimeForm, RegExp]>([
  ['a session', session, 'any', /_session \(session_id=\?\)/],
  [
    'a session, a camera and a time',
    { ...session, ...camera, ...minute },
    'written',
    /_session \(session_id=\?\)/,
  ],
  ['a camera', camera, 'any', /_camera \(camera_id=\?\)/],
  [
    'a camera and a time',
    { ...camera, ...minute },
    'written',
    /_camera \(camera_id=\? AND timestamp_recorded>\? AND timestamp_recorded<\?\)/,
  ],
  [
    'a time',
    minute,
    'written',
    /_camera \(camera_id=\? AND timestamp_recorded>\? AND timestamp_recorded<\?\)/,
  ],
  ['a time that was not written', minute, 'null', /_camera \(camera_id=\? AND timestamp_recorded=\?\)/],
  ['a time that is empty', minute, 'empty', /_camera \(camera_id=\? AND timestamp_recorded=\?\)/],
])('%s is found by an index, without walking through the whole table', (_name, wanted, form, index) => {
  for (const table of stateTables) {
    const steps = stepsOf(table, wanted, form);
    expect(steps.filter((step) => step.startsWith('SCAN'))).toEqual([]);
    expect(steps.find((step) => step.startsWith('SEARCH s USING'))).toMatch(index);
    expect(steps.find((step) => step.startsWith('SEARCH b'))).toMatch(
      /_session \(session_id=\? AND frame_number=\?\)/,
    );
  }
});

test('a table is found by the index of tables, also with a camera and a time', () => {
  const tables = stateTables.filter((table) => table.key.includes('table_id'));
  const wanted = { tableId: 'T1', ...camera, ...minute };
  for (const table of tables) {
    expect(stepsOf(table, wanted, 'written').find((step) => step.startsWith('SEARCH s USING'))).toMatch(
      /_table \(location_id=\? AND table_id=\? AND timestamp_recorded>\? AND timestamp_recorded<\?\)/,
    );
  }
});

test('keys are found by the index of sessions', () => {
  for (const table of stateTables) {
    const { sql, parameters } = queryByKeys(table, 'store_1', [['s_1', 5, 'camera_35', 'T1']]);
    const plan = planOf(sql, parameters);
    expect(plan.filter((step) => /^SCAN (s|b)/.test(step))).toEqual([]);
    expect(plan.join('\n')).toMatch(
      /SEARCH s USING INDEX backhaul_\w+_session \(session_id=\? AND frame_number=\?\)/,
    );
  }
});
