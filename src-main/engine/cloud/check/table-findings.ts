import {
  enableRowSecurity,
  grantTable,
  makePolicy,
  makeTouch,
  type PolicyName,
  policyCommands,
} from './access-sql.ts';
import { addColumn, addForeignKey, changeType, fillLocation, numberColumn } from './alter-sql.ts';
import type { ExpectedColumn, ExpectedTable } from './expected-schema.ts';
import { type FindingDraft, stage } from './finding.ts';
import type { ObservedRelation, ObservedSchema } from './observed-schema.ts';
import { quoted, tableName } from './sql-text.ts';
import { aroundViews } from './views-sql.ts';

/** A table that is not there at all, with everything that belongs to it. */
export function missingTable(table: ExpectedTable): FindingDraft {
  const { name, sql, completions, migration } = table;
  const policies = Object.keys(policyCommands).map((policy) => makePolicy(name, policy as PolicyName));
  const touch = table.hasTouch ? [makeTouch(name)] : [];
  const access = [
    enableRowSecurity(name),
    ...policies,
    grantTable(name, ['select', 'insert', 'update']),
    ...touch,
  ];
  return {
    name: 'table',
    table: name,
    problem: `The table ${name} is missing, so its records cannot be sent.`,
    migration,
    steps: [
      { stage: stage.createTable, sql },
      ...completions.map((completion) => ({ stage: stage.createTable, sql: completion })),
      ...access.map((text) => ({ stage: stage.access, sql: text })),
    ],
  };
}

/** A column that is not there; where it is the location, rows that are there get theirs. */
export function missingColumn(
  table: string,
  column: ExpectedColumn,
  existing: ReadonlySet<string>,
): FindingDraft {
  const fill = column.name === 'location_id' ? fillLocation(table, existing) : [];
  return {
    name: 'column',
    table,
    problem: `${table} has no column ${column.name} (${column.type}).`,
    migration: null,
    steps: [
      { stage: stage.addColumn, sql: addColumn(table, column) },
      ...fill.map((sql) => ({ stage: stage.fill, sql })),
    ],
  };
}

/** Types of older tables that take what Backhaul sends without changing what it means. */
const alsoGood: Readonly<Record<string, RegExp>> = {
  text: /^(text|character varying)/,
  // No integer: the arithmetic of backhaul_verify would overflow in it.
  bigint: /^(bigint|numeric)/,
  integer: /^(integer|bigint|smallint|numeric)/,
  'double precision': /^(double precision|real|numeric)/,
  jsonb: /^(jsonb|json|text)/,
  uuid: /^(uuid|text)/,
};

/** Types in which a column takes what is meant for it, as a pattern. */
export function goodTypes({ type, defaultValue }: ExpectedColumn): string {
  // The cloud's own clock fills it, whatever the zone.
  if (defaultValue === 'now()') return '^timestamp';
  return alsoGood[type]?.source ?? `^${type}$`;
}

function takes(column: ExpectedColumn, type: string): boolean {
  return new RegExp(goodTypes(column)).test(type);
}

/** Columns: missing, of a type that refuses or bends what is sent, or filled by nobody and yet required. */
export function columnFindings(
  table: ExpectedTable,
  relation: ObservedRelation,
  existing: ReadonlySet<string>,
): FindingDraft[] {
  const found = table.columns.flatMap((column): FindingDraft[] => {
    const is = relation.columns[column.name];
    if (column.isIdentity) return [];
    if (is === undefined) return [missingColumn(table.name, column, existing)];
    return takes(column, is.type) ? [] : [wrongType(table, column, is.type, relation)];
  });
  return [...found, ...requiredColumns(table, relation)];
}

function wrongType(
  table: ExpectedTable,
  column: ExpectedColumn,
  type: string,
  { readByViews }: ObservedRelation,
): FindingDraft {
  return {
    name: 'column_type',
    table: table.name,
    problem: `${table.name}.${column.name} is ${type}, not ${column.type}: it refuses or changes what is sent.`,
    migration: null,
    steps: [
      { stage: stage.changeType, sql: changeType(table.name, column, type) },
      ...(readByViews ? aroundViews : []),
    ],
  };
}

function requiredColumns(table: ExpectedTable, relation: ObservedRelation): FindingDraft[] {
  const sent = table.columns.filter(({ isIdentity }) => !isIdentity);
  const given = new Set(sent.filter(({ notNull }) => notNull).map(({ name }) => name));
  const primary = new Set(relation.keys.filter((key) => key.primary).flatMap(({ columns }) => columns));
  return Object.entries(relation.columns)
    .filter(([name, { notNull, filled }]) => notNull && !filled && !given.has(name))
    .map(([name, { type }]) => ({
      name: 'not_null' as const,
      table: table.name,
      problem: `${table.name}.${name} is required and has no default, but Backhaul does not always send it.`,
      migration: null,
      steps: [
        {
          stage: stage.dropRule,
          sql: primary.has(name)
            ? numberColumn(table.name, name, type)
            : `alter table ${tableName(table.name)} alter column ${quoted(name)} drop not null`,
        },
      ],
    }));
}

/** Values that Backhaul sends into columns which older tables limit to a list. */
export const sentValues: Readonly<Record<string, readonly string[]>> = {
  'ASE_division_states.state': ['RED', 'YELLOW', 'GREEN'],
  'ASE_table_states.state': ['IDLE', 'BUSY', 'CLEANING'],
  'ASE_camera_rois.roi_type': ['division', 'table', 'sitting', 'service'],
  'ASE_alerts_log.alert_type': ['low_stock', 'expiration'],
  'ASE_alerts_log.severity': ['info', 'warning', 'critical'],
  'ASE_sync_status.sync_type': ['hourly', 'full', 'heartbeat'],
  'ASE_sync_status.status': ['success', 'partial', 'failed', 'cancelled', 'interrupted'],
};

export function checkFindings(table: ExpectedTable, relation: ObservedRelation): FindingDraft[] {
  return relation.checks.flatMap(({ name, definition }): FindingDraft[] => {
    const refused = table.columns.flatMap((column) =>
      new RegExp(`\\b${column.name}\\b`).test(definition)
        ? (sentValues[`${table.name}.${column.name}`] ?? []).filter(
            (value) => !definition.includes(`'${value}'`),
          )
        : [],
    );
    if (refused.length === 0) return [];
    return [
      {
        name: 'check',
        table: table.name,
        problem: `The rule ${name} of ${table.name} refuses ${refused.join(', ')}.`,
        migration: null,
        steps: [
          {
            stage: stage.dropRule,
            sql: `alter table ${tableName(table.name)} drop constraint ${quoted(name)}`,
          },
        ],
      },
    ];
  });
}

/** References that are not there: a deleted parent would leave its children behind. */
export function foreignKeyFindings(table: ExpectedTable, observed: ObservedSchema): FindingDraft[] {
  return table.foreignKeys
    .filter(
      ({ columns, to, toColumns }) =>
        !observed.foreignKeys.some(
          (one) =>
            one.from === table.name &&
            one.to === to &&
            pairs(one.columns, one.toColumns) === pairs(columns, toColumns),
        ),
    )
    .map((foreignKey) => ({
      name: 'foreign_key',
      table: table.name,
      problem: `${table.name} (${foreignKey.columns.join(', ')}) does not refer to ${foreignKey.to}.`,
      migration: null,
      steps: [{ stage: stage.addForeignKey, sql: addForeignKey(table.name, foreignKey) }],
    }));
}

function pairs(columns: readonly string[], toColumns: readonly string[]): string {
  return columns
    .map((column, index) => `${column}=${toColumns[index]}`)
    .sort()
    .join();
}
