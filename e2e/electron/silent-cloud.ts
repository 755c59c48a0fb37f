/** A project that never answers, for the environment of a console; nothing listens at its address. */
export const silentCloud = {
  SUPABASE_URL: 'http://127.0.0.1:9',
  SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_test',
  BACKHAUL_DEVICE_TOKEN: unsignedToken('store_window'),
  BACKHAUL_SYNC_ATTEMPTS: '1',
} as const;

/** Looks like a device token; nobody who checks it would take it. */
function unsignedToken(locationId: string): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { role: 'authenticated', app_metadata: { location_id: locationId }, exp: 4_102_444_800 };
  return `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}.c2lnbmF0dXJl`;
}
