import type { ParentTable } from '../parent-source.ts';

export const locations: ParentTable = {
  name: 'locations',
  select: 'SELECT * FROM locations WHERE location_id = ?',
  key: ['location_id'],
  bare: ['location_id'],
  isStub: (row) =>
    [row.city, row.restaurant_name, row.commercial_area].every((value) => (value ?? '') === ''),
  parents: () => [],
  toCloud: (row) => ({
    location_id: row.location_id ?? null,
    city: row.city ?? null,
    restaurant_name: row.restaurant_name ?? null,
    commercial_area: row.commercial_area ?? null,
    address: row.address ?? null,
    region: row.region ?? null,
    timezone: row.timezone ?? null,
    is_active: row.is_active === null ? null : row.is_active !== 0,
  }),
};
