import type { TestCloud } from '../../e2e/support/test-cloud.ts';
import type { RecordedState, Recording } from './recording.ts';

/** Rows of one cloud table as the cloud has them, in batches. */
export interface CloudBatches {
  readonly table: 'ASE_division_states' | 'ASE_table_states';
  readonly columns: readonly string[];
  /** the columns with their types, for the database itself */
  readonly typed: string;
  readonly key: string;
  readonly batches: readonly (readonly object[])[];
}

const head = {
  location_id: 'text',
  session_id: 'text',
  camera_id: 'text',
  frame_number: 'bigint',
  timestamp_video: 'double precision',
  timestamp_recorded: 'timestamptz',
  state: 'text',
};
const columnsOf = {
  division: { ...head, walking_area_waiters: 'int', service_area_waiters: 'int', total_staff: 'int' },
  table: { ...head, table_id: 'text', customers_count: 'int', waiters_count: 'int' },
} as const;
const keyOf = {
  division: 'location_id,session_id,camera_id,frame_number',
  table: 'location_id,session_id,camera_id,frame_number,table_id',
} as const;

/** What Backhaul would send of a recording, made before the clock starts. */
export function cloudBatches(recording: Recording, batchSize: number): CloudBatches[] {
  return (['division', 'table'] as const).map((kind) => {
    const rows = recording.states
      .filter((one) => one.kind === kind)
      .map((one) => cloudRow(recording.locationId, one));
    const batches: object[][] = [];
    for (let from = 0; from < rows.length; from += batchSize)
      batches.push(rows.slice(from, from + batchSize));
    return {
      table: `ASE_${kind}_states` as const,
      columns: Object.keys(columnsOf[kind]),
      typed: Object.entries(columnsOf[kind])
        .map(([name, type]) => `${name} ${type}`)
        .join(', '),
      key: keyOf[kind],
      batches,
    };
  });
}

function cloudRow(locationId: string, state: RecordedState): object {
  const [first, second] = state.counts;
  const row = {
    location_id: locationId,
    session_id: state.sessionId,
    camera_id: state.cameraId,
    frame_number: state.frameNumber,
    timestamp_video: state.timestampVideo,
    timestamp_recorded: new Date(state.timestampRecorded.replace(' ', 'T')).toISOString(),
    state: state.state,
  };
  return state.kind === 'division'
    ? { ...row, walking_area_waiters: first, service_area_waiters: second, total_staff: first + second }
    : { ...row, table_id: state.tableId, customers_count: first, waiters_count: second };
}

/** The parents that the rows refer to, so that a loop can send nothing but rows. */
export async function insertCloudParents(
  cloud: TestCloud,
  { locationId, sessions }: Recording,
): Promise<void> {
  await cloud.sql('INSERT INTO "ASE_locations" (location_id) VALUES ($1) ON CONFLICT DO NOTHING', [
    locationId,
  ]);
  for (const { sessionId, cameraId, startTime } of sessions) {
    const insert =
      'INSERT INTO "ASE_cameras" (location_id, camera_id) VALUES ($1, $2) ON CONFLICT DO NOTHING';
    await cloud.sql(insert, [locationId, cameraId]);
    await cloud.sql(
      'INSERT INTO "ASE_sessions" (location_id, session_id, camera_id, start_time) VALUES ($1, $2, $3, $4)',
      [locationId, sessionId, cameraId, startTime],
    );
  }
}

/** A loop that posts one batch after the other and does nothing else. @returns milliseconds */
export async function postBatches(
  cloud: TestCloud,
  recording: Recording,
  batchSize: number,
  url = cloud.url,
): Promise<number> {
  await insertCloudParents(cloud, recording);
  const tables = cloudBatches(recording, batchSize);
  const headers = {
    'Content-Type': 'application/json',
    Prefer: 'return=minimal,resolution=ignore-duplicates',
    apikey: cloud.apiKey,
    Authorization: `Bearer ${await cloud.token(recording.locationId)}`,
  };
  const began = performance.now();
  for (const { table, columns, key, batches } of tables) {
    const query = `columns=${columns.map((name) => `"${name}"`).join(',')}&on_conflict=${key}`;
    for (const batch of batches) {
      const body = JSON.stringify(batch);
      const response = await fetch(`${url}/rest/v1/${table}?${query}`, { method: 'POST', headers, body });
      const text = await response.text();
      if (!response.ok) throw new Error(`The cloud refused a batch: ${response.status} ${text}`);
    }
  }
  const milliseconds = performance.now() - began;
  await expectInCloud(cloud, recording);
  return milliseconds;
}

/** The same batches handed to PostgreSQL itself, one statement each. @returns milliseconds */
export async function insertBatches(
  cloud: TestCloud,
  recording: Recording,
  batchSize: number,
): Promise<number> {
  await insertCloudParents(cloud, recording);
  const tables = cloudBatches(recording, batchSize);
  const began = performance.now();
  for (const { table, columns, typed, batches } of tables) {
    const names = columns.join(', ');
    const sql = `INSERT INTO "${table}" (${names}) SELECT ${names} FROM json_to_recordset($1::json) AS r(${typed})
      ON CONFLICT DO NOTHING`;
    for (const batch of batches) await cloud.sql(sql, [JSON.stringify(batch)]);
  }
  const milliseconds = performance.now() - began;
  await expectInCloud(cloud, recording);
  return milliseconds;
}

/** A comparison counts only where both sides did all of the work. */
export async function expectInCloud(
  cloud: TestCloud,
  { locationId, sessions, states }: Recording,
): Promise<void> {
  const sql = `SELECT (SELECT count(*) FROM "ASE_division_states" WHERE location_id = $1 AND session_id = ANY ($2))
    + (SELECT count(*) FROM "ASE_table_states" WHERE location_id = $1 AND session_id = ANY ($2)) AS n`;
  const [row] = await cloud.sql<{ n: string }>(sql, [locationId, sessions.map((one) => one.sessionId)]);
  if (Number(row?.n) !== states.length) throw new Error(`${row?.n} rows arrived, not ${states.length}.`);
}
