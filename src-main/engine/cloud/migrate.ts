import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { BackhaulError } from '../../contract/errors.ts';
import { databaseFault, postgresOptions } from './postgres-connection.ts';

export interface MigrateOptions {
  /** Called after each file's transaction has committed. */
  readonly onApplied?: (name: string) => void;
  /** The folder that holds `supabase/migrations`; found from this file's own place when not given. */
  readonly resourcesDir?: string;
}

export interface MigrateOutcome {
  readonly applied: readonly string[];
  readonly already: readonly string[];
}

/** Any number; every Backhaul takes the same, so that two migrations never run at once. */
const advisoryLockKey = 4_217_093_551;

/**
 * Brings a cloud database to this version's schema: each file of `supabase/migrations` that the database
 * does not have yet, in the order of the names, in one transaction per file (SPEC 5.5). The connection
 * string is used and forgotten.
 * @throws BackhaulError `unavailable` when the server cannot be reached, `unauthorized` when it refuses
 *   the account, `rejected` with `details.file` when a file does not apply; earlier files stay applied.
 */
export async function migrateCloud(
  connectionString: string,
  options: MigrateOptions = {},
): Promise<MigrateOutcome> {
  const files = await migrationFiles(options.resourcesDir ?? findResources(import.meta.url));
  const client = new pg.Client(postgresOptions(connectionString));
  client.on('error', () => {}); // a lost connection fails the query that runs; nothing else to do
  try {
    await client.connect();
    await client.query('select pg_advisory_lock($1)', [advisoryLockKey]);
    return await applyMissing(client, files, options.onApplied);
  } catch (error) {
    throw error instanceof BackhaulError ? error : databaseFault(error);
  } finally {
    await client.end().catch(() => {});
  }
}

/** The names of this version's migrations, in order: what a complete cloud has recorded. */
export async function migrationNames(resourcesDir?: string): Promise<readonly string[]> {
  const files = await migrationFiles(resourcesDir ?? findResources(import.meta.url));
  return files.map((file) => file.name);
}

/**
 * The resources folder, found by walking up from a module's own URL: it lies beside the sources in a
 * checkout and beside the bundle in an installed app.
 */
export function findResources(fromUrl: string): string {
  let folder = dirname(fileURLToPath(fromUrl));
  for (;;) {
    if (existsSync(join(folder, 'resources', 'supabase'))) return join(folder, 'resources');
    const parent = dirname(folder);
    if (parent === folder) {
      throw new BackhaulError(
        'misconfigured',
        'The folder resources/supabase is missing from this installation.',
      );
    }
    folder = parent;
  }
}

/** A migration as it is pasted into a project. */
export interface MigrationText {
  readonly name: string;
  readonly sql: string;
}

/** This version's migrations, in order, with their text. */
export async function migrationTexts(resourcesDir?: string): Promise<readonly MigrationText[]> {
  const files = await migrationFiles(resourcesDir ?? findResources(import.meta.url));
  return Promise.all(files.map(async ({ name, path }) => ({ name, sql: await readFile(path, 'utf8') })));
}

interface MigrationFile {
  readonly name: string;
  readonly path: string;
}

async function migrationFiles(resourcesDir: string): Promise<readonly MigrationFile[]> {
  const folder = join(resourcesDir, 'supabase', 'migrations');
  const entries = await readdir(folder);
  return entries
    .filter((entry) => entry.endsWith('.sql'))
    .sort()
    .map((entry) => ({ name: entry.slice(0, -'.sql'.length), path: join(folder, entry) }));
}

async function applyMissing(
  client: pg.Client,
  files: readonly MigrationFile[],
  onApplied: MigrateOptions['onApplied'],
): Promise<MigrateOutcome> {
  const recorded = await recordedNames(client);
  const applied: string[] = [];
  const already: string[] = [];
  for (const file of files) {
    if (recorded.has(file.name)) {
      already.push(file.name);
      continue;
    }
    await applyFile(client, file);
    applied.push(file.name);
    onApplied?.(file.name);
  }
  // Also where nothing was applied: a cloud started before an earlier notice arrived then catches up.
  await client.query("notify pgrst, 'reload schema'");
  return { applied, already };
}

export async function recordedNames(client: pg.Client): Promise<ReadonlySet<string>> {
  const table = await client.query<{ found: boolean }>(
    "select to_regclass('public.backhaul_migrations') is not null as found",
  );
  if (table.rows[0]?.found !== true) return new Set();
  const rows = await client.query<{ name: string }>('select name from public.backhaul_migrations');
  return new Set(rows.rows.map((row) => row.name));
}

async function applyFile(client: pg.Client, file: MigrationFile): Promise<void> {
  const sql = await readFile(file.path, 'utf8');
  await client.query('begin');
  try {
    await client.query(sql);
    await client.query(
      'insert into public.backhaul_migrations (name) values ($1) on conflict (name) do nothing',
      [file.name],
    );
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    const fault = databaseFault(error, file.name);
    if (fault.code !== 'rejected') throw fault;
    const words = `${fault.message} Or keep the tables and their rows: "backhaul cloud check --db-url …" prints the SQL that brings them into shape.`;
    throw new BackhaulError(fault.code, words, { details: fault.details ?? {}, cause: error });
  }
}
