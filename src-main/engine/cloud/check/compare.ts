import { functionFindings, grantFindings, tableAccessFindings, viewFindings } from './access-findings.ts';
import type { ExpectedObject, ExpectedSchema } from './expected-schema.ts';
import { type CloudFinding, type FindingDraft, stage } from './finding.ts';
import { keyFindings } from './key-findings.ts';
import type { ObservedSchema } from './observed-schema.ts';
import { checkFindings, columnFindings, foreignKeyFindings, missingTable } from './table-findings.ts';

/** What the cloud's catalogs lack of what the migrations make; `applied` null: the list cannot be read. */
export function compareSchemas(
  expected: ExpectedSchema,
  observed: ObservedSchema,
  applied: readonly string[] | null,
): FindingDraft[] {
  const migrations = migrationFindings(expected, applied);
  const unapplied = new Set(migrations.map(({ migration }) => migration));
  const existing = new Set(Object.keys(observed.relations));
  const tables = expected.tables.flatMap((table) => {
    const relation = observed.relations[table.name];
    if (relation === undefined) return [missingTable(table)];
    const needsConstraint = unapplied.has(table.migration);
    return [
      ...columnFindings(table, relation, existing),
      ...checkFindings(table, relation),
      ...keyFindings({ table, relation, observed, needsConstraint }),
      ...foreignKeyFindings(table, observed),
      ...tableAccessFindings(table, relation),
    ];
  });
  return [
    ...schemaUsage(observed),
    ...migrations,
    ...tables,
    ...inPlace([
      ...expected.views.map((view) => [view, viewFindings(view, observed.relations[view.name])] as const),
      ...expected.functions.map((one) => [one, functionFindings(one, observed.functions[one.name])] as const),
    ]),
    ...migrationListGrants(observed),
  ];
}

/** A view may need a function and the other way round: they are made in the order of the migrations. */
export function inPlace(
  found: readonly (readonly [ExpectedObject, readonly FindingDraft[]])[],
): FindingDraft[] {
  return [...found].sort(([one], [other]) => one.place - other.place).flatMap(([, drafts]) => drafts);
}

/** The migration that a finding of `migrationFindings` names; null for any other. */
export function missingMigration({ name, problem }: CloudFinding): string | null {
  return name === 'migration' ? (/^The migration (\S+) /.exec(problem)?.[1] ?? null) : null;
}

/** The files that the project does not say it has. */
export function migrationFindings(
  { migrations }: ExpectedSchema,
  applied: readonly string[] | null,
): FindingDraft[] {
  return migrations
    .filter(({ name }) => applied !== null && !applied.includes(name))
    .map(({ name, sql }) => ({
      name: 'migration',
      table: null,
      problem: `The migration ${name} has not been applied.`,
      migration: name,
      steps: [{ stage: stage.migration, sql: `-- ${name}.sql\n${sql}` }],
    }));
}

function schemaUsage(observed: ObservedSchema): FindingDraft[] {
  return observed.schemaUsage === false ? [schemaUsageFinding()] : [];
}

export function schemaUsageFinding(): FindingDraft {
  return {
    name: 'grant',
    table: null,
    problem: 'Devices may not use the schema public, so nothing in it can be reached.',
    migration: null,
    steps: [{ stage: stage.access, sql: 'grant usage on schema public to authenticated' }],
  };
}

function migrationListGrants(observed: ObservedSchema): FindingDraft[] {
  const relation = observed.relations.backhaul_migrations;
  if (relation === undefined) return [];
  return grantFindings(
    { name: 'backhaul_migrations', migration: '0001_schema', place: 0, sql: '' },
    relation,
    ['select'],
  );
}
