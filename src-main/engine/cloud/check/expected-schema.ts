import type { MigrationText } from '../migrate.ts';
import { splitOutside, statementsOf, withoutComments } from './sql-text.ts';

/** The migrations are the one description of the cloud's schema; this is what they say, as data. */
export interface ExpectedSchema {
  readonly migrations: readonly MigrationText[];
  readonly tables: readonly ExpectedTable[];
  readonly views: readonly ExpectedObject[];
  readonly functions: readonly ExpectedFunction[];
}

export interface ExpectedObject {
  readonly name: string;
  readonly migration: string;
  /** its place among all statements, the order in which things can be made */
  readonly place: number;
  /** the statement that makes it, without its semicolon */
  readonly sql: string;
}

export interface ExpectedFunction extends ExpectedObject {
  /** as in `grant … on function`: `public.backhaul_zone(name text)` */
  readonly signature: string;
  readonly argumentNames: readonly string[];
  /** false for triggers and for what only the project's owner may call */
  readonly forDevices: boolean;
}

export interface ExpectedTable extends ExpectedObject {
  readonly columns: readonly ExpectedColumn[];
  /** the natural key; it begins with the location */
  readonly key: ExpectedKey;
  readonly foreignKeys: readonly ExpectedForeignKey[];
  /** statements that make its indexes, and columns that came later */
  readonly completions: readonly string[];
  /** a trigger says when a row was changed */
  readonly hasTouch: boolean;
}

export interface ExpectedColumn {
  readonly name: string;
  /** as PostgreSQL writes it: `timestamp with time zone` */
  readonly type: string;
  readonly defaultValue: string | null;
  readonly notNull: boolean;
  /** numbered by the cloud itself */
  readonly isIdentity: boolean;
}

export interface ExpectedKey {
  readonly columns: readonly string[];
  readonly primary: boolean;
  readonly nullsNotDistinct: boolean;
}

export interface ExpectedForeignKey {
  readonly columns: readonly string[];
  readonly to: string;
  readonly toColumns: readonly string[];
  /** `on delete cascade` */
  readonly onDelete: string;
}

export function expectedSchema(migrations: readonly MigrationText[]): ExpectedSchema {
  const statements = migrations
    .flatMap(({ name, sql }) => statementsOf(sql).map((statement) => ({ migration: name, sql: statement })))
    .map((statement, place) => ({ ...statement, place }));
  const all = statements.map(({ sql }) => sql);
  const made = (pattern: RegExp): ExpectedObject[] =>
    statements.flatMap((statement) => {
      const name = pattern.exec(statement.sql)?.[1];
      return name === undefined ? [] : [{ name, ...statement }];
    });
  return {
    migrations,
    tables: made(/^create table if not exists public\."(ASE_\w+)"/).map((one) => tableOf(one, all)),
    views: made(/^create or replace view public\."?(\w+)"?/),
    functions: made(/^create or replace function public\.(\w+)/).map(functionOf),
  };
}

function tableOf(made: ExpectedObject, statements: readonly string[]): ExpectedTable {
  const text = withoutComments(made.sql);
  const items = splitOutside(text.slice(text.indexOf('(') + 1, text.lastIndexOf(')')), ',');
  const isConstraint = (item: string): boolean => /^(primary key|unique|foreign key|check)\b/.test(item);
  const columns = [...items.filter((item) => !isConstraint(item)), ...addedLater(made.name, statements)].map(
    columnOf,
  );
  const isNumber = new Set(columns.filter((column) => column.isIdentity).map(({ name }) => name));
  const keys = items
    .flatMap(keyOf)
    .filter(({ columns: names }) => !names.every((name) => isNumber.has(name)));
  const [key] = keys;
  if (key === undefined) throw new Error(`${made.migration} gives ${made.name} no natural key`);
  return {
    ...made,
    columns,
    key,
    foreignKeys: items.flatMap(foreignKeyOf),
    completions: statements.filter(
      (sql) => /^(create index|alter table .* add column)/.test(sql) && sql.includes(`public."${made.name}"`),
    ),
    hasTouch: columns.some(({ name }) => name === 'updated_at'),
  };
}

/** What a later migration adds, one column a statement. */
function addedLater(table: string, statements: readonly string[]): string[] {
  const added = new RegExp(`^alter table public\\."${table}" add column if not exists (.+)$`, 's');
  return statements.flatMap((sql) => added.exec(withoutComments(sql).trim())?.[1] ?? []);
}

const types = /^(\w+) (text|bigint|integer|double precision|timestamptz|jsonb|boolean|uuid)\b/;

function columnOf(item: string): ExpectedColumn {
  const [, name, type] = types.exec(item) ?? [];
  if (name === undefined || type === undefined) throw new Error(`no column: ${item}`);
  return {
    name,
    type: type === 'timestamptz' ? 'timestamp with time zone' : type,
    defaultValue: /\bdefault ('[^']*'|[\w.]+(?:\(\))?)/.exec(item)?.[1] ?? null,
    notNull: /\b(not null|primary key)\b/.test(item),
    isIdentity: /\bgenerated\b/.test(item),
  };
}

function keyOf(item: string): ExpectedKey[] {
  const inline = /^(\w+) .*\bprimary key\b/.exec(item)?.[1];
  if (inline !== undefined) return [{ columns: [inline], primary: true, nullsNotDistinct: false }];
  const found = /^(primary key|unique(?: nulls not distinct)?) \(([^)]*)\)/.exec(item);
  if (found === null) return [];
  const [, how = '', columns = ''] = found;
  return [
    {
      columns: names(columns),
      primary: how === 'primary key',
      nullsNotDistinct: how.includes('nulls not distinct'),
    },
  ];
}

function foreignKeyOf(item: string): ExpectedForeignKey[] {
  const found =
    /^(?:foreign key \(([^)]*)\)|(\w+) .*?)\s+references public\."(\w+)" \(([^)]*)\)\s*(.*)$/s.exec(item);
  if (found === null) return [];
  const [, listed, inline = '', to = '', toColumns = '', onDelete = ''] = found;
  return [{ columns: names(listed ?? inline), to, toColumns: names(toColumns), onDelete: onDelete.trim() }];
}

function functionOf(made: ExpectedObject): ExpectedFunction {
  const found = /^create or replace function public\.\w+\(([^)]*)\)\s+returns (\w+)/.exec(made.sql);
  const listed = splitOutside(found?.[1] ?? '', ',').filter((one) => one !== '');
  const parameters = listed.map((one) => one.replace(/ default .*/, ''));
  return {
    ...made,
    signature: `public.${made.name}(${parameters.join(', ')})`,
    argumentNames: parameters.map((one) => one.split(' ')[0] ?? ''),
    forDevices: found?.[2] !== 'trigger' && !made.name.startsWith('backhaul_purge'),
  };
}

function names(list: string): string[] {
  return list.split(',').map((name) => name.trim());
}
