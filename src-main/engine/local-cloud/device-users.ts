import { randomBytes, randomUUID, scrypt, timingSafeEqual } from 'node:crypto';
import pg from 'pg';
import type { Grant } from './tokens.ts';

/** A device as the sign-in of a project knows it. */
export interface DeviceUser {
  readonly id: string;
  readonly email: string;
  readonly grant: Grant;
}

export interface NewDeviceUser {
  readonly email: string;
  readonly password: string;
  readonly locationId: string;
  readonly readOnly: boolean;
}

const addUser = `
  insert into backhaul_auth.users (id, email, password_salt, password_hash, grant_claims)
  values ($1, lower($2), $3, $4, $5) on conflict (email) do nothing`;
const findUser = `
  select id, email, password_salt, password_hash, grant_claims from backhaul_auth.users where email = lower($1)`;

/** Makes a user; null where the address is taken. The password is kept as its hash. */
export async function createUser(
  connectionString: string,
  wanted: NewDeviceUser,
): Promise<DeviceUser | null> {
  const id = randomUUID();
  const grant: Grant = { locationId: wanted.locationId, readOnly: wanted.readOnly, subject: id };
  const salt = randomBytes(16);
  const values = [id, wanted.email, salt, await hashOf(wanted.password, salt), JSON.stringify(grant)];
  const { rowCount } = await query(connectionString, addUser, values);
  return rowCount === 1 ? { id, email: wanted.email, grant } : null;
}

interface UserRow {
  readonly id: string;
  readonly email: string;
  readonly password_salt: Buffer;
  readonly password_hash: Buffer;
  readonly grant_claims: Grant;
}

/** The user that these belong to, null where they belong to none. */
export async function userOf(
  connectionString: string,
  email: string,
  password: string,
): Promise<DeviceUser | null> {
  const row = (await query(connectionString, findUser, [email])).rows[0] as UserRow | undefined;
  const hash = await hashOf(password, row?.password_salt ?? Buffer.alloc(16));
  if (row === undefined || !timingSafeEqual(hash, row.password_hash)) return null;
  return { id: row.id, email: row.email, grant: row.grant_claims };
}

async function query(connectionString: string, text: string, values: unknown[]): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return await client.query(text, values);
  } finally {
    await client.end().catch(() => {});
  }
}

function hashOf(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, 32, (error, hash) => (error === null ? resolve(hash) : reject(error)));
  });
}
