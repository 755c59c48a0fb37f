import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
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
  /** after a change of the tables: resolves when PostgREST works with what is there now */
  reloadSchema(): Promise<void>;
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
    async reloadSchema() {
      const mark = `reloaded_${randomUUID().replaceAll('-', '')}`;
      const headers = {
        apikey: lease.connection.apiKey,
        authorization: `Bearer ${await issueToken(folder.path, { locationId: 'none', readOnly: true, ttlSeconds: 600 })}`,
      };
      await pool.query(
        `CREATE FUNCTION public.${mark}() RETURNS int LANGUAGE sql AS 'SELECT 1'; NOTIFY pgrst, 'reload schema'`,
      );
      const call = (): Promise<Response> =>
        fetch(`${lease.connection.url}/rest/v1/rpc/${mark}`, { method: 'POST', headers });
      while ([404, 503].includes((await call()).status)) await delay(50);
      await pool.query(`DROP FUNCTION public.${mark}`);
    },
    async close() {
      await pool.end();
      await lease.close();
      folder.remove();
    },
  };
}
