import pg from 'pg';
import {
  adminConnectionString,
  issueToken,
  openLocalCloud,
} from '../../src-main/engine/local-cloud/service.ts';
import { prepareCloud } from './prepared-cloud.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A real local cloud in a folder of its own, seen from outside as a Supabase project is. */
export interface TestCloud {
  readonly dataDir: string;
  readonly url: string;
  readonly apiKey: string;
  token(
    locationId: string,
    options?: { readonly readOnly?: boolean; readonly ttlSeconds?: number },
  ): Promise<string>;
  /** one statement as the database's owner */
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

export async function startTestCloud(): Promise<TestCloud> {
  const folder = temporaryFolder('cloud');
  await prepareCloud(folder.path);
  const lease = await openLocalCloud(folder.path, {});
  const pool = new pg.Pool({ connectionString: await adminConnectionString(folder.path), max: 2 });
  pool.on('error', () => undefined);
  return {
    dataDir: folder.path,
    url: lease.connection.url,
    apiKey: lease.connection.apiKey,
    token: (locationId, { readOnly = false, ttlSeconds = 3600 } = {}) =>
      issueToken(folder.path, { locationId, readOnly, ttlSeconds }),
    async sql<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) {
      return (await pool.query<Row>(text, values)).rows;
    },
    async close() {
      await pool.end();
      await lease.close();
      folder.remove();
    },
  };
}
