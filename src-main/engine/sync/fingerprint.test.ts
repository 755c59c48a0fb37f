import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fingerprintOf, fingerprintRows } from './fingerprint.ts';

test('the fingerprint of one row is the same in SQL and here', () => {
  const db = new Database(':memory:');
  db.exec(`CREATE TABLE division_states (session_id, camera_id, frame_number INTEGER, state TEXT, walking_area_waiters INTEGER,
      service_area_waiters INTEGER, total_staff INTEGER, synced_to_cloud DEFAULT 1);
    CREATE TABLE table_states (session_id, camera_id, table_id, frame_number INTEGER, state TEXT, customers_count INTEGER,
      waiters_count INTEGER, synced_to_cloud DEFAULT 1)`);
  const count = fc.option(fc.integer({ min: 0, max: 2_147_483_647 }), { nil: null });
  const frame = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
  const state = fc.constantFrom('RED', 'YELLOW', 'GREEN', 'IDLE', 'BUSY', 'CLEANING', 'BLUE');
  const insert = (table: string, row: Record<string, unknown>): number => {
    db.exec(`DELETE FROM ${table}`);
    const names = Object.keys(row);
    db.prepare(`INSERT INTO ${table} (${names}) VALUES (${names.map(() => '?')})`).run(...Object.values(row));
    return (db.prepare(fingerprintRows(table, '1')).get() as { print: number }).print;
  };
  fc.assert(
    fc.property(frame, state, count, count, count, (frame_number, name, a, b, c) => {
      const head = { frame_number, state: name };
      const division = { ...head, walking_area_waiters: a, service_area_waiters: b, total_staff: c };
      expect(fingerprintOf('division_states', division)).toBe(insert('division_states', division));
      const table = { ...head, customers_count: a, waiters_count: b };
      expect(fingerprintOf('table_states', table)).toBe(insert('table_states', table));
    }),
  );
});
