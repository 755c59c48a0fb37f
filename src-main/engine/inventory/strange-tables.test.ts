import Database from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';
import { databaseFileName } from '../storage/service.ts';
import { closeShelves, folder, open, reading, start } from './shelf-fixture.ts';

afterEach(closeShelves);

/** A data directory with a database that another program wrote. */
function written(sql: string): string {
  const dir = folder();
  const db = new Database(`${dir}/${databaseFileName}`);
  db.exec(sql);
  db.close();
  return dir;
}

const sold = [0, 5, 10, 15].map((second) => reading(second, { Mango: second === 0 ? 9 : 5 }));

test('a table of freshness that has no key is written like any other', async () => {
  const columns = 'product_name TEXT, first_seen_utc REAL, last_seen_utc REAL, is_expired INTEGER';
  const shelf = await open(written(`CREATE TABLE product_freshness (${columns})`));
  expect((await shelf.send(sold)).summary).toMatchObject({ committed: 4 });
  expect(shelf.rows('product_freshness')).toMatchObject([
    { product_name: 'Mango', first_seen_utc: start, last_seen_utc: start + 15 },
  ]);
});

test('rows with impossible times do not keep the stock from being followed', async () => {
  const shelf = await open(
    written(`CREATE TABLE inventory_snapshots (id INTEGER PRIMARY KEY, timestamp_utc REAL, inventory_json TEXT);
      INSERT INTO inventory_snapshots VALUES (1, ${start - 5}, '{"Mango":9}'), (2, 'noon', '{}'), (3, 9e99, '{}');
      CREATE TABLE alerts_log (id INTEGER PRIMARY KEY, timestamp_utc REAL, alert_type TEXT, product_name TEXT,
        severity TEXT, message TEXT, metadata_json TEXT);
      INSERT INTO alerts_log VALUES (1, ${start}, 'stolen', 'Mango', 'fatal', '', '[1]'),
        (2, 'noon', 'low_stock', 'Mango', 'critical', '', 'none');`),
  );
  await shelf.send(sold.slice(1));
  expect(shelf.rows('sales_log')).toMatchObject([{ quantity_delta: 4, inventory_before: 9 }]);
});

test('an older table whose columns are texts is gone on from', async () => {
  const shelf = await open(
    written(`CREATE TABLE inventory_snapshots (id INTEGER PRIMARY KEY, timestamp_utc TEXT, inventory_json TEXT);
      INSERT INTO inventory_snapshots VALUES (1, '${start - 5}', '{"Mango":9}');
      CREATE TABLE alerts_log (id INTEGER PRIMARY KEY, timestamp_utc TEXT, alert_type TEXT, product_name TEXT,
        severity TEXT, message TEXT, metadata_json TEXT);
      INSERT INTO alerts_log VALUES (1, '${start - 5}', 'low_stock', 'Mango', 'warning', '', NULL);`),
  );
  await shelf.send(sold.slice(1));
  expect(shelf.rows('sales_log')).toMatchObject([{ inventory_before: 9 }]);
  expect(shelf.rows('alerts_log')).toMatchObject([
    { metadata_json: JSON.stringify({ resolved_utc: start + 5 }).replace('}', '.0}') },
  ]);
});
