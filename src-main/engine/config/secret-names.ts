/**
 * What to do with a key of config.json that by its name holds a secret; null for any other name. The file is
 * printed, copied and put into diagnostics, so it holds none (SPEC 13).
 */
export function secretAdvice(name: string): string | null {
  const plain = name.toLowerCase().replace(/[^a-z]/g, '');
  if (!/key$|token|password|passwd|passphrase|secret|credential|jwt|dburl|databaseurl|dsn$/.test(plain))
    return null;
  return `is a secret, and secrets do not belong into config.json, which is printed and copied. Take it out, and ${instead(plain)}`;
}

function instead(plain: string): string {
  if (/service|secret/.test(plain) && !plain.includes('client')) {
    return 'do not give it to this box at all: a service or secret key opens every store. Set SUPABASE_PUBLISHABLE_KEY and BACKHAUL_DEVICE_TOKEN in the environment';
  }
  if (/token|jwt/.test(plain)) return 'set BACKHAUL_DEVICE_TOKEN in the environment';
  if (/password|passwd|passphrase|dburl|databaseurl|dsn/.test(plain)) {
    return 'give an address of the database, which only "cloud migrate" needs, by BACKHAUL_DB_URL';
  }
  return 'set SUPABASE_PUBLISHABLE_KEY (or SUPABASE_ANON_KEY) in the environment';
}
