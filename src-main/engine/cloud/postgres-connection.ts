import pg from 'pg';
import { BackhaulError } from '../../contract/errors.ts';

/**
 * Options for a direct connection. Beyond this machine the connection is always encrypted; the server's
 * certificate is checked where the string asks for it (`sslmode=verify-full`, `sslrootcert`), since a
 * Supabase database signs with an authority of its own.
 * @throws BackhaulError `misconfigured` for a string that is no PostgreSQL URL or that forbids TLS.
 */
export function postgresOptions(connectionString: string): pg.ClientConfig {
  const url = parseUrl(connectionString);
  const base = { connectionTimeoutMillis: 10_000, application_name: 'backhaul' };
  if (isLoopback(url.hostname)) return { ...base, connectionString };
  const mode = url.searchParams.get('sslmode');
  if (mode === 'disable') {
    throw new BackhaulError(
      'misconfigured',
      'The database URL forbids encryption (sslmode=disable). Beyond this computer TLS is always used: leave sslmode out.',
    );
  }
  if (mode === 'verify-full' || url.searchParams.has('sslrootcert')) return { ...base, connectionString };
  url.searchParams.delete('sslmode');
  return { ...base, connectionString: url.href, ssl: { rejectUnauthorized: false } };
}

/** What a failed connection or statement means, without the connection string. */
export function databaseFault(error: unknown, file?: string): BackhaulError {
  if (error instanceof pg.DatabaseError) return serverFault(error, file);
  const reason = error instanceof Error ? error.message || errorCode(error) : String(error);
  return new BackhaulError(
    'unavailable',
    `The database could not be reached (${reason}). Nothing was changed by this step; check the address and try again.`,
    { cause: error },
  );
}

function serverFault(error: pg.DatabaseError, file: string | undefined): BackhaulError {
  const code = error.code ?? '';
  const details = {
    code,
    ...(file === undefined ? {} : { file }),
    ...(error.hint ? { hint: error.hint } : {}),
  };
  const hint = error.hint ? ` ${error.hint}` : '';
  if (code.startsWith('28')) {
    return new BackhaulError('unauthorized', `The database refused the account: ${error.message}.`, {
      details,
    });
  }
  if (code.startsWith('57') || code.startsWith('53') || code.startsWith('08')) {
    return new BackhaulError('unavailable', `The database is not ready: ${error.message}.`, { details });
  }
  const where = file === undefined ? 'The database refused a statement' : `${file}.sql was not applied`;
  return new BackhaulError('rejected', `${where}: ${error.message}${hint}`, { details, cause: error });
}

function parseUrl(connectionString: string): URL {
  const url = URL.canParse(connectionString) ? new URL(connectionString) : null;
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol) || url.hostname === '') {
    throw new BackhaulError(
      'misconfigured',
      'That is no PostgreSQL address. It looks like postgresql://user:password@host:5432/postgres.',
    );
  }
  return url;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function errorCode(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
