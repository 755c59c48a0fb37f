import type { ParentTable } from '../parent-source.ts';

export const cameras: ParentTable = {
  name: 'cameras',
  select: `SELECT * FROM cameras WHERE location_id = ? AND camera_id <> ''`,
  key: ['camera_id'],
  bare: ['location_id', 'camera_id'],
  isStub: (row) => (row.camera_ip_address ?? '') === '' && (row.camera_name ?? '') === '',
  parents: (row) => [['locations', String(row.location_id)]],
  toCloud: (row) => ({
    location_id: row.location_id ?? null,
    camera_id: row.camera_id ?? null,
    camera_name: row.camera_name ?? null,
    camera_ip_address: row.camera_ip_address ?? null,
    rtsp_endpoint: typeof row.rtsp_endpoint === 'string' ? withoutCredentials(row.rtsp_endpoint) : null,
    camera_type: row.camera_type ?? null,
    resolution: row.resolution ?? null,
    division_name: row.division_name ?? null,
    division_description: row.division_description ?? null,
    installation_date: row.installation_date === null ? null : String(row.installation_date),
    status: row.status ?? null,
  }),
};

/** A camera's address often holds its password, which stays on the box. */
function withoutCredentials(endpoint: string): string {
  return endpoint.replace(/^([a-z]+:\/\/)[^/]*@/i, '$1');
}
