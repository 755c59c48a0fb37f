import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { migrateCloud } from '../cloud/migrate.ts';
import type { LocalCloudSecrets } from './secrets.ts';

/** The superuser's connection: for the prelude, the migrations and the sign-in table. Loopback only. */
export function superuserConnectionString(secrets: LocalCloudSecrets, postgresPort: number): string {
  return `postgresql://postgres:${secrets.superuserPassword}@127.0.0.1:${postgresPort}/postgres`;
}

/** Gives the database what a Supabase project has, then the same migrations as a hosted one. */
export async function bootstrapDatabase(
  secrets: LocalCloudSecrets,
  postgresPort: number,
  resourcesDir: string,
): Promise<void> {
  const connectionString = superuserConnectionString(secrets, postgresPort);
  const prelude = await readFile(join(resourcesDir, 'local-cloud', 'prelude.sql'), 'utf8');
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query(`begin; ${prelude}`);
    await client.query(`alter role authenticator password '${secrets.authenticatorPassword}'`);
    await client.query(`alter role analyst password '${secrets.analystPassword}'`);
    await client.query('commit');
  } finally {
    await client.end().catch(() => {});
  }
  await migrateCloud(connectionString, { resourcesDir });
}
