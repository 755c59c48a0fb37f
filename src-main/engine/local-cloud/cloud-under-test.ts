import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalCloudConnection } from './service.ts';

/** A folder as `mktemp -d` makes it: closed to everyone else. */
export function temporaryDataDir(): { readonly dataDir: string; remove(): void } {
  const dataDir = mkdtempSync(join(tmpdir(), 'backhaul-cloud-'));
  return {
    dataDir,
    remove: () => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** One device, or with `token` null somebody who has only the project's key. */
export function createDevice(connection: LocalCloudConnection, token: string | null) {
  const call = async (method: string, path: string, body?: unknown, prefer?: string): Promise<Answer> => {
    const response = await fetch(`${connection.url}${path}`, {
      method,
      headers: {
        apikey: connection.apiKey,
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(prefer === undefined ? {} : { prefer }),
        'content-type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? null : JSON.parse(text),
    };
  };
  return {
    call,
    select: (path: string) => call('GET', `/rest/v1/${path}`),
    insert: (table: string, rows: unknown, prefer = 'return=minimal') =>
      call('POST', `/rest/v1/${table}`, rows, prefer),
    insertOrIgnore: (table: string, key: string, rows: unknown) =>
      call(
        'POST',
        `/rest/v1/${table}?on_conflict=${key}`,
        rows,
        'resolution=ignore-duplicates,return=minimal,count=exact',
      ),
    upsert: (table: string, key: string, rows: unknown) =>
      call(
        'POST',
        `/rest/v1/${table}?on_conflict=${key}`,
        rows,
        'resolution=merge-duplicates,return=minimal',
      ),
  };
}

export type Device = ReturnType<typeof createDevice>;

/** The parents that state rows of one session need. */
export async function sendParents(
  device: Device,
  locationId: string,
  sessionId: string,
  session: object = {},
): Promise<void> {
  const camera = { location_id: locationId, camera_id: 'camera_35' };
  const answers = [
    await device.upsert('ASE_locations', 'location_id', {
      location_id: locationId,
      city: 'Shanghai',
      restaurant_name: '测试店',
    }),
    await device.upsert('ASE_cameras', 'location_id,camera_id', camera),
    await device.upsert('ASE_sessions', 'location_id,session_id', {
      ...camera,
      session_id: sessionId,
      ...session,
    }),
  ];
  for (const answer of answers) {
    if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
  }
}
