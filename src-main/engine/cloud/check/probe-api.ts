import { CloudError } from '../cloud-error.ts';
import type { CloudSession } from '../cloud-session.ts';
import type { ExpectedFunction, ExpectedObject, ExpectedTable } from './expected-schema.ts';

/** What the API itself tells of a table, without writing to it. */
export interface ProbedTable {
  readonly table: ExpectedTable;
  readonly isThere: boolean;
  readonly missingColumns: readonly string[];
  readonly mayRead: boolean;
  readonly mayWrite: boolean;
  /** an upsert finds the key with the location; null where it could not be asked */
  readonly hasKey: boolean | null;
}

export type Refusal = 'missing' | 'refused' | 'schema_refused' | null;

/** Reads no row and writes none: `limit=0`, and an upsert of nothing. @throws CloudError where the cloud cannot be asked */
export async function probeTable(
  session: CloudSession,
  table: ExpectedTable,
  signal: AbortSignal,
): Promise<ProbedTable> {
  const sent = table.columns.filter(({ isIdentity }) => !isIdentity).map(({ name }) => name);
  const missingColumns: string[] = [];
  const there = (): string[] => sent.filter((name) => !missingColumns.includes(name));
  let read = await ask(session, `/rest/v1/${table.name}?select=${list(there())}&limit=0`, signal);
  while (read?.code === '42703') {
    const name = sent.find((one) => !missingColumns.includes(one) && namesColumn(read?.message ?? '', one));
    if (name === undefined) break;
    missingColumns.push(name);
    read = await ask(session, `/rest/v1/${table.name}?select=${list(there())}&limit=0`, signal);
  }
  const known = { table, missingColumns, mayRead: read === null };
  if (read !== null && isMissing(read)) return { ...known, isThere: false, mayWrite: false, hasKey: null };
  const lacksKey = table.key.columns.some((name) => missingColumns.includes(name));
  const key = lacksKey ? '' : `&on_conflict=${list(table.key.columns)}`;
  const path = `/rest/v1/${table.name}?columns=${list(there())}${key}`;
  const write = await ask(session, path, signal, '[]');
  const mayWrite = write === null || write.code !== '42501';
  const hasKey = lacksKey || write?.code === '42P10' ? false : mayWrite ? true : null;
  return { ...known, isThere: true, mayWrite, hasKey };
}

export async function probeView(
  session: CloudSession,
  view: ExpectedObject,
  signal: AbortSignal,
): Promise<Refusal> {
  return refusal(await ask(session, `/rest/v1/${view.name}?limit=0`, signal));
}

/** Calls it with nothing: what a device may call reads only, and finds nothing then. */
export async function probeFunction(
  session: CloudSession,
  { name, argumentNames }: ExpectedFunction,
  signal: AbortSignal,
): Promise<Refusal> {
  const nothing = Object.fromEntries(argumentNames.map((argument) => [argument, null]));
  return refusal(await ask(session, `/rest/v1/rpc/${name}`, signal, JSON.stringify(nothing)));
}

/** The migrations that the project says it has; null where that cannot be read. */
export async function probeMigrations(
  session: CloudSession,
  signal: AbortSignal,
): Promise<readonly string[] | null> {
  try {
    const answer = await session.get('/rest/v1/backhaul_migrations?select=name', signal);
    const rows = (await answer.json()) as readonly { readonly name: string }[];
    return rows.map(({ name }) => name);
  } catch (error) {
    if (error instanceof CloudError && isMissing(error.fault)) return [];
    if (error instanceof CloudError && error.fault.kind === 'permission') return null;
    throw error;
  }
}

interface Answered {
  readonly kind: string;
  readonly code: string;
  readonly message: string;
}

/** Null for success; what is no answer about the schema is thrown. */
async function ask(
  session: CloudSession,
  path: string,
  signal: AbortSignal,
  body?: string,
): Promise<Answered | null> {
  try {
    const prefer = 'resolution=merge-duplicates,return=minimal';
    const answer = await (body === undefined
      ? session.get(path, signal)
      : session.post(path, body, prefer, signal));
    await answer.body?.cancel();
    return null;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    const { kind } = error.fault;
    if (kind === 'schema' || kind === 'permission' || kind === 'content') return error.fault;
    throw error;
  }
}

function refusal(answered: Answered | null): Refusal {
  if (answered === null || answered.kind === 'content') return null;
  if (isMissing(answered)) return 'missing';
  return /schema public/.test(answered.message) ? 'schema_refused' : 'refused';
}

function isMissing({ kind, code }: Answered): boolean {
  return kind === 'schema' && ['42P01', 'PGRST205', 'PGRST202', '42883', ''].includes(code);
}

function namesColumn(message: string, name: string): boolean {
  return new RegExp(`[."' ]${name}\\b`).test(message);
}

function list(columns: readonly string[]): string {
  return encodeURIComponent(columns.map((name) => `"${name}"`).join(','));
}
