import { addKey, fillLocation, moveCopies } from './alter-sql.ts';
import type { ExpectedTable } from './expected-schema.ts';
import { type FindingDraft, type Step, stage } from './finding.ts';
import type { ObservedForeignKey, ObservedKey, ObservedRelation, ObservedSchema } from './observed-schema.ts';
import { quoted, tableName } from './sql-text.ts';
import { aroundViews } from './views-sql.ts';

export interface KeySituation {
  readonly table: ExpectedTable;
  readonly relation: ObservedRelation;
  readonly observed: ObservedSchema;
  /** 0001_schema is to be run as a whole; it looks for a constraint, not only an index */
  readonly needsConstraint: boolean;
}

/** Unique keys: the one with the location must be there, and none that forbids what several stores send. */
export function keyFindings(situation: KeySituation): FindingDraft[] {
  const { table, relation, observed } = situation;
  const extra = relation.keys.filter((key) => forbids(table, key));
  const own = relation.keys.find((key) => isOwn(table, key));
  const found = extra.map((key) => extraKey(table.name, key, observed, relation.readByViews));
  if (own === undefined) return [...found, missingKey(situation, extra)];
  if (!situation.needsConstraint || own.constraint !== null) return found;
  const sql = `alter table ${tableName(table.name)} add constraint ${quoted(own.name)} unique using index ${quoted(own.name)}`;
  return [
    ...found,
    {
      name: 'key',
      table: table.name,
      problem: `The key ${own.name} of ${table.name} is an index only, no constraint.`,
      migration: null,
      steps: [{ stage: stage.addKey, sql }],
    },
  ];
}

/** An upsert with `on_conflict` finds it. */
function isOwn({ key }: ExpectedTable, one: ObservedKey): boolean {
  const columns = new Set(one.columns);
  return (
    one.usable &&
    (one.nullsNotDistinct || !key.nullsNotDistinct) &&
    columns.size === key.columns.length &&
    key.columns.every((column) => columns.has(column))
  );
}

/**
 * True where two records with different keys may collide in it: all of its columns are sent, and they do not hold
 * the whole key. What the cloud numbers itself never collides.
 */
function forbids({ key, columns }: ExpectedTable, one: ObservedKey): boolean {
  const sent = new Set(columns.filter(({ isIdentity }) => !isIdentity).map(({ name }) => name));
  const covers = key.columns.every((column) => one.columns.includes(column));
  return !covers && one.columns.every((column) => column === null || sent.has(column));
}

function extraKey(
  table: string,
  key: ObservedKey,
  observed: ObservedSchema,
  readByViews: boolean,
): FindingDraft {
  const leaning = observed.foreignKeys.filter(({ to, index }) => to === table && index === key.name);
  const drop =
    key.constraint === null
      ? `drop index ${tableName(key.name)}`
      : `alter table ${tableName(table)} drop constraint ${quoted(key.constraint)}`;
  const columns = key.columns.map((column) => column ?? 'an expression').join(', ');
  const why = key.columns.includes('location_id')
    ? 'it forbids records that differ in the rest of the key'
    : 'it lacks the location, so two stores collide in it';
  return {
    name: 'extra_key',
    table,
    problem: `The unique key ${key.name} of ${table} over (${columns}) must go: ${why}.${lost(leaning)}`,
    migration: null,
    steps: [
      ...leaning.map(({ name, table: from }) => ({
        stage: stage.dropForeignKey,
        sql: `alter table ${from} drop constraint ${quoted(name)}`,
      })),
      { stage: stage.dropKey, sql: drop },
      // A view may group by a primary key and then depends on it.
      ...(readByViews && key.primary ? aroundViews : []),
    ],
  };
}

function missingKey(
  { table, relation, observed }: KeySituation,
  extra: readonly ObservedKey[],
): FindingDraft {
  const existing = new Set(Object.keys(observed.relations));
  const steps: Step[] = [];
  if (relation.columns.location_id?.notNull === false) {
    steps.push(...fillLocation(table.name, existing).map((sql) => ({ stage: stage.fill, sql })));
  }
  const gone = new Set(extra.map(({ name }) => name));
  const isReferred = observed.foreignKeys.some(({ to, index }) => to === table.name && !gone.has(index));
  // A narrower key that held until now says that there are no copies; rows that others refer to are never moved.
  const mayHaveCopies = !isReferred && !relation.keys.some((one) => isNarrower(table, one));
  if (mayHaveCopies) steps.push({ stage: stage.moveCopies, sql: moveCopies(table) });
  const otherPrimary = relation.keys.some((one) => one.primary && !gone.has(one.name));
  const complete = table.key.columns.every(
    (column) => column === 'location_id' || relation.columns[column]?.notNull === true,
  );
  steps.push({ stage: stage.addKey, sql: addKey(table, table.key.primary && complete && !otherPrimary) });
  return {
    name: 'key',
    table: table.name,
    problem: `${table.name} has no unique key over (${table.key.columns.join(', ')}), so nothing can be sent to it.`,
    migration: null,
    steps,
  };
}

function isNarrower({ key }: ExpectedTable, one: ObservedKey): boolean {
  return one.usable && one.columns.every((column) => column !== null && key.columns.includes(column));
}

/** References of tables that are not Backhaul's are not made anew. */
function lost(leaning: readonly ObservedForeignKey[]): string {
  const others = leaning.filter(({ from }) => from === null || !from.startsWith('ASE_'));
  if (others.length === 0) return '';
  return ` The references to it go with it: ${others.map(({ name, table }) => `${name} of ${table}`).join(', ')}.`;
}
