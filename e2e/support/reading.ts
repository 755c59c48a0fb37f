import Database from 'better-sqlite3';
import pg from 'pg';
import { databaseFileName } from '../../src-main/engine/storage/service.ts';
import { backhaul } from './command-line.ts';

export interface CloudStatus {
  readonly running: boolean;
  readonly url: string;
  readonly apiKey: string;
  readonly postgres: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly password: string;
    readonly database: string;
  };
}

/** One question to the local cloud of a data directory, with the credentials that `cloud status` prints. */
export async function asAnalyst<T>(
  dataDir: string,
  ask: (
    query: <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) => Promise<Row[]>,
  ) => Promise<T>,
): Promise<T> {
  const { postgres } = (await backhaul(['cloud', 'status', '--json'], { dataDir })).json<CloudStatus>();
  const client = new pg.Client(postgres);
  await client.connect();
  try {
    return await ask(
      async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
        (await client.query<Row>(text, values)).rows,
    );
  } finally {
    await client.end();
  }
}

/** One question to the local file, as a person with sqlite3 asks it. */
export function askFile<Row>(dataDir: string, sql: string, ...values: unknown[]): Row[] {
  const db = new Database(`${dataDir}/${databaseFileName}`, { readonly: true, timeout: 5000 });
  try {
    return db.prepare(sql).all(...values) as Row[];
  } finally {
    db.close();
  }
}

/** Rows that differ, few enough to read in a failed test. */
export function differences(
  found: readonly string[],
  wanted: readonly string[],
): { missing: string[]; unexpected: string[] } {
  const [have, want] = [new Set(found), new Set(wanted)];
  return {
    missing: wanted.filter((row) => !have.has(row)).slice(0, 5),
    unexpected: found.filter((row, index) => !want.has(row) || found[index - 1] === row).slice(0, 5),
  };
}

export const noDifferences = { missing: [], unexpected: [] };
