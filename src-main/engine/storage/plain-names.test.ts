import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { prepared } from './service.ts';

test('columns spelled in capitals are answered in small letters by every way to read, and a name of the statement wins', () => {
  const db = new Database(':memory:');
  db.exec(`CREATE TABLE t (Session_ID TEXT, ID INTEGER); INSERT INTO t VALUES ('s', 1), ('t', 2)`);
  const statement = prepared(db, 'SELECT *, ID + 10 AS id FROM t');
  const rows = [
    { session_id: 's', id: 11 },
    { session_id: 't', id: 12 },
  ];
  expect(statement.get()).toEqual(rows[0]);
  expect(statement.all()).toEqual(rows);
  expect([...statement.iterate()]).toEqual(rows);
  expect(prepared(db, 'SELECT Session_ID FROM t').pluck().all()).toEqual(['s', 't']);
  db.close();
});
