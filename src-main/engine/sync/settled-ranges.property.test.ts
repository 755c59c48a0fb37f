import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  holesBetween,
  isSettled,
  joinSettled,
  readSettled,
  settle,
  settledCount,
  unsettle,
} from './settled-ranges.ts';

const stream = 'sales_log';
const at = '2026-11-20 12:00:00';
const id = fc.integer({ min: -3, max: 40 });
const step = fc.record({ kind: fc.constantFrom('settle', 'unsettle', 'join'), ids: fc.uniqueArray(id) });

test('ranges hold exactly the ids that were settled, whatever their order, and few rows for many ids', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const db = new Database(':memory:');
      db.exec(`CREATE TABLE sync_marks (stream TEXT, record_key TEXT, content_hash TEXT, synced_at TEXT,
          PRIMARY KEY (stream, record_key));
        CREATE TABLE sales_log (id INTEGER PRIMARY KEY);
        WITH RECURSIVE n(i) AS (SELECT -3 UNION ALL SELECT i + 1 FROM n WHERE i < 40) INSERT INTO sales_log SELECT i FROM n`);
      const settled = new Set<number>();
      for (const { kind, ids } of steps) {
        // What is settled is not read again, so it is not settled twice.
        const fresh = ids.filter((one) => !settled.has(one));
        if (kind === 'settle') settle(db, stream, fresh.map(BigInt), at);
        else if (kind === 'unsettle') unsettle(db, stream, ids.map(BigInt), at);
        else joinSettled(db, stream, at);
        for (const one of ids) {
          if (kind === 'settle') settled.add(one);
          if (kind === 'unsettle') settled.delete(one);
        }
      }
      const sql = `SELECT id FROM sales_log s WHERE ${isSettled(stream, 's')} ORDER BY id`;
      expect(db.prepare(sql).pluck().all()).toEqual([...settled].sort((a, b) => a - b));
      const ranges = readSettled(db, stream);
      expect(settledCount(ranges)).toBe(settled.size);
      const open = holesBetween(ranges, 40n).flatMap(({ first, last }) => {
        const from = first < -3n ? -3n : first;
        return Array.from({ length: Number(last - from) + 1 }, (_, n) => Number(from) + n);
      });
      expect(open).toEqual(Array.from({ length: 44 }, (_, n) => n - 3).filter((one) => !settled.has(one)));
      joinSettled(db, stream, at);
      const stored = db.prepare('SELECT count(*) FROM sync_marks').pluck().get();
      expect(stored).toBe(ranges.length);
      db.close();
    }),
    { numRuns: 150 },
  );
});
