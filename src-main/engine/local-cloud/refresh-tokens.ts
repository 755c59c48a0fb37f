import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { type Grant, grantSchema } from './tokens.ts';

export type Renewal =
  | {
      readonly outcome: 'renewed';
      readonly grant: Grant;
      readonly ttlSeconds: number;
      readonly refreshToken: string;
    }
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'used' };

interface TokenRow {
  readonly grant_claims: unknown;
  readonly access_ttl_seconds: number;
  readonly successor_used: boolean;
}

const findToken = `
  select t.grant_claims, t.access_ttl_seconds,
    exists (select from backhaul_auth.refresh_tokens s where s.parent_hash = t.token_hash and s.used_at is not null) as successor_used
  from backhaul_auth.refresh_tokens t where t.token_hash = $1 for update`;
const addToken = `
  insert into backhaul_auth.refresh_tokens (token_hash, parent_hash, grant_claims, access_ttl_seconds)
  values ($1, $2, $3, $4)`;
const markUsed = `
  update backhaul_auth.refresh_tokens set used_at = coalesce(used_at, now()) where token_hash = $1`;
const forgetOld = `
  delete from backhaul_auth.refresh_tokens where used_at < now() - interval '90 days'`;

/** Makes the first refresh token of a device. The token itself is kept nowhere but with the caller. */
export async function createRefreshToken(
  connectionString: string,
  grant: Grant,
  ttlSeconds: number,
): Promise<string> {
  return withConnection(connectionString, async (client) => {
    const token = newToken();
    await client.query(addToken, [hashOf(token), null, JSON.stringify(grant), ttlSeconds]);
    return token;
  });
}

/**
 * Exchanges a refresh token for the next one. A token whose successor was never used may come again: then
 * the answer to the first exchange was lost on its way.
 */
export async function renewRefreshToken(connectionString: string, token: string): Promise<Renewal> {
  return withConnection(connectionString, async (client) => {
    await client.query('begin');
    const found = (await client.query<TokenRow>(findToken, [hashOf(token)])).rows[0];
    if (found === undefined) return { outcome: 'unknown' };
    if (found.successor_used) return { outcome: 'used' };
    const next = newToken();
    await client.query(addToken, [hashOf(next), hashOf(token), found.grant_claims, found.access_ttl_seconds]);
    await client.query(markUsed, [hashOf(token)]);
    await client.query(forgetOld);
    await client.query('commit');
    const grant = grantSchema.parse(found.grant_claims);
    return { outcome: 'renewed', grant, ttlSeconds: found.access_ttl_seconds, refreshToken: next };
  });
}

/** Renewals are hours apart, so no connection is kept; closing it ends a transaction that was left open. */
async function withConnection<T>(
  connectionString: string,
  use: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return await use(client);
  } finally {
    await client.end().catch(() => {});
  }
}

function newToken(): string {
  return randomBytes(24).toString('base64url');
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
