import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const bufferBytes = 256 * 1024 * 1024;

/** What must be true of a store when all is quiet. */
export interface Expected {
  readonly locationId: string;
  /** every state row, as JSON texts in the spelling of `makeRecording` */
  readonly rows: readonly string[];
  readonly sessions: readonly string[];
  /** rows that lay in places of the file that were destroyed before they were sent */
  readonly mayLack: ReadonlySet<string>;
}

/** Asks with the shells of the two databases alone; no code of the product has a part in it. */
export interface Checker {
  /** how many state rows the cloud has of a location */
  count(locationId: string): Promise<number>;
  /** whether each page of the file is what it must be */
  isWhole(file: string): Promise<boolean>;
  /** what is not as it must be; empty when all is well */
  faults(file: string, expected: Expected): Promise<string[]>;
}

export function createChecker(cloud: Readonly<Record<string, string>>): Checker {
  /** A database that another fault has just killed is waited for. */
  async function psql(sql: string): Promise<string[]> {
    for (let tries = 100; ; tries -= 1) {
      try {
        const { stdout } = await run('psql', ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-c', sql], {
          env: { PATH: process.env.PATH ?? '', ...cloud },
          maxBuffer: bufferBytes,
        });
        return stdout.split('\n').filter((line) => line !== '');
      } catch (error) {
        if (
          tries === 0 ||
          !/recovery mode|starting up|not yet accepting|refused|terminat/.test(String(error))
        )
          throw error;
      }
      await delay(100);
    }
  }

  async function cloudFaults({ locationId, rows, sessions, mayLack }: Expected): Promise<string[]> {
    const head = 'location_id, session_id, camera_id, frame_number::float8, timestamp_video';
    const recorded = '(extract(epoch FROM timestamp_recorded) * 1000)::float8';
    const here = `WHERE location_id = '${locationId}'`;
    const found = await psql(`
      SELECT jsonb_build_array('division', ${head}, ${recorded}, state,
        walking_area_waiters, service_area_waiters, total_staff) FROM "ASE_division_states" ${here}
      UNION ALL SELECT jsonb_build_array('table', ${head}, ${recorded}, state,
        customers_count, waiters_count, table_id) FROM "ASE_table_states" ${here}`);
    const parents = await psql(`SELECT session_id FROM "ASE_sessions" ${here}`);
    return [
      ...compare('record', found.map(canonical), rows, mayLack),
      ...compare('session', parents, sessions),
      ...compare('location', await psql(`SELECT location_id FROM "ASE_locations" ${here}`), [locationId]),
    ];
  }

  return {
    async count(locationId) {
      const each = ['ASE_division_states', 'ASE_table_states'].map(
        (table) => `(SELECT count(*) FROM "${table}" WHERE location_id = '${locationId}')`,
      );
      return Number((await psql(`SELECT ${each.join(' + ')}`))[0]);
    },
    isWhole: async (file) => (await integrityOf(file)) === 'ok',
    async faults(file, expected) {
      return [...(await fileFaults(file)), ...(await cloudFaults(expected))];
    },
  };
}

async function sqlite3(file: string, sql: string): Promise<string> {
  const { stdout } = await run('sqlite3', ['-cmd', '.timeout 5000', file, sql], { maxBuffer: bufferBytes });
  return stdout.trim();
}

/** `ok`, or what is damaged; the shell fails where it is damaged much. */
function integrityOf(file: string): Promise<string> {
  return sqlite3(file, 'PRAGMA integrity_check').catch((error: unknown) => String(error));
}

async function fileFaults(file: string): Promise<string[]> {
  const sqlite = (sql: string): Promise<string> => sqlite3(file, sql);
  const faults: string[] = [];
  const integrity = await integrityOf(file);
  if (integrity !== 'ok') faults.push(`the file's integrity: ${integrity}`);
  for (const [table, key] of [
    ['division_states', ''],
    ['table_states', ', table_id'],
  ] as const) {
    const unmarked = await sqlite(`SELECT count(*) FROM ${table} WHERE synced_to_cloud IS NOT 1`);
    if (unmarked !== '0') faults.push(`${unmarked} of ${table} are not marked as being in the cloud`);
    const twice = await sqlite(`SELECT count(*) FROM (SELECT 1 FROM ${table}
      GROUP BY location_id, session_id, camera_id, frame_number${key} HAVING count(*) > 1)`);
    if (twice !== '0') faults.push(`${twice} keys of ${table} are in the file more than once`);
  }
  const running =
    await sqlite(`SELECT group_concat(sync_id || ' of ' || service_instance || ' since ' || started_at)
    FROM sync_status WHERE status = 'running'`);
  if (running !== '') faults.push(`runs still count as running: ${running}`);
  return faults;
}

function canonical(json: string): string {
  return JSON.stringify(JSON.parse(json));
}

/** Each exactly once, but for what was destroyed: names what lacks, what is strange and what is there twice. */
function compare(
  what: string,
  found: readonly string[],
  wanted: readonly string[],
  mayLack: ReadonlySet<string> = new Set(),
): string[] {
  const [have, want] = [new Set(found), new Set(wanted)];
  const missing = wanted.filter((one) => !have.has(one) && !mayLack.has(one));
  const strange = [...have].filter((one) => !want.has(one));
  const faults: string[] = [];
  if (missing.length > 0)
    faults.push(`${missing.length} ${what}s are not in the cloud, such as ${missing[0]}`);
  if (strange.length > 0) faults.push(`${strange.length} ${what}s nobody sent, such as ${strange[0]}`);
  if (have.size !== found.length) faults.push(`${found.length - have.size} ${what}s are there twice`);
  return faults;
}
