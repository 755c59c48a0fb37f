import Database from 'better-sqlite3';
import pg from 'pg';
import { adminConnectionString } from '../../src-main/engine/local-cloud/service.ts';
import { databaseFileName } from '../../src-main/engine/storage/service.ts';

/** Changes the file of a box as another program does, which knows nothing of the console. */
export function changeFile(dataDir: string, sql: string): void {
  const db = new Database(`${dataDir}/${databaseFileName}`, { timeout: 5000 });
  try {
    db.exec(sql);
  } finally {
    db.close();
  }
}

/** One statement in the local cloud of a box as the owner of its database; answers its rows. */
export async function asCloudOwner(dataDir: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: await adminConnectionString(dataDir) });
  await client.connect();
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}
