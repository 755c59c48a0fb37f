import type { CloudDetails } from '../../contract/cloud-shapes.ts';
import { tokenClaims } from './token-claims.ts';

/** What a project's key is, as far as it says so itself. */
export function keyKind(key: string | null): CloudDetails['key']['kind'] {
  if (key === null) return 'none';
  if (key.startsWith('sb_publishable_')) return 'publishable';
  const role = key.startsWith('sb_secret_') ? 'secret' : tokenClaims(key)?.role;
  if (role === 'secret' || role === 'service_role' || role === 'supabase_admin') return 'service';
  return role === 'anon' ? 'anon' : 'unknown';
}
