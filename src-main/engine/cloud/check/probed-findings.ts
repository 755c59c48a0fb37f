import type { CloudSession } from '../cloud-session.ts';
import { functionFindings, refusedFunction, viewFindings } from './access-findings.ts';
import { grantTable } from './access-sql.ts';
import { addForeignKey, addKey, fillLocation, moveCopies } from './alter-sql.ts';
import { inPlace, migrationFindings, schemaUsageFinding } from './compare.ts';
import type { ExpectedSchema, ExpectedTable } from './expected-schema.ts';
import { type FindingDraft, type Step, stage } from './finding.ts';
import { loosenTables } from './loosen-sql.ts';
import {
  type ProbedTable,
  probeFunction,
  probeMigrations,
  probeTable,
  probeView,
  type Refusal,
} from './probe-api.ts';
import { missingColumn, missingTable } from './table-findings.ts';
import { aroundViews } from './views-sql.ts';

/**
 * What is missing, as far as the API tells: for a cloud that lacks `backhaul_schema`. What has another make is
 * mended whatever its keys are called there.
 */
export async function probedFindings(
  session: CloudSession,
  expected: ExpectedSchema,
  signal: AbortSignal,
): Promise<FindingDraft[]> {
  const applied = await probeMigrations(session, signal);
  const tables: ProbedTable[] = [];
  for (const table of expected.tables) tables.push(await probeTable(session, table, signal));
  const existing = new Set(tables.filter(({ isThere }) => isThere).map(({ table }) => table.name));
  const objects = await objectFindings(session, expected, signal);
  return [
    ...(objects.schemaRefused ? [schemaUsageFinding()] : []),
    ...migrationFindings(expected, applied),
    ...tables.flatMap((probed) => tableFindings(probed, tables, existing)),
    ...objects.drafts,
  ];
}

function tableFindings(
  probed: ProbedTable,
  all: readonly ProbedTable[],
  existing: ReadonlySet<string>,
): FindingDraft[] {
  const { table, isThere, missingColumns, mayRead, mayWrite, hasKey } = probed;
  if (!isThere) return [missingTable(table)];
  const found = table.columns
    .filter(({ name }) => missingColumns.includes(name))
    .map((column) => missingColumn(table.name, column, existing));
  if (hasKey === false) found.push(missingKey(table, all, existing));
  if (!mayRead || !mayWrite) {
    const what = mayRead ? 'INSERT or UPDATE' : 'SELECT, INSERT or UPDATE';
    found.push({
      name: 'grant',
      table: table.name,
      problem: `Devices lack ${what} on ${table.name}.`,
      migration: table.migration,
      steps: [{ stage: stage.access, sql: grantTable(table.name, ['select', 'insert', 'update']) }],
    });
  }
  return found;
}

function missingKey(
  table: ExpectedTable,
  all: readonly ProbedTable[],
  existing: ReadonlySet<string>,
): FindingDraft {
  const there = all.filter(({ isThere }) => isThere).map((one) => one.table);
  const lacking = all.filter(({ hasKey }) => hasKey === false).map((one) => one.table);
  // Tables whose key is right may have other rules: they go with the first one that is found.
  const others = lacking[0] === table ? there.filter((one) => !lacking.includes(one)) : [];
  // References that leaned on the old keys go with them; those of the tables that are there are made anew.
  const references = there.flatMap((child) =>
    child.foreignKeys
      .filter(({ to }) => to === table.name || child.name === table.name)
      .map((foreignKey) => addForeignKey(child.name, foreignKey)),
  );
  const steps: readonly Step[] = [
    { stage: stage.dropKey, sql: loosenTables([table, ...others]) },
    ...aroundViews,
    ...fillLocation(table.name, existing).map((sql) => ({ stage: stage.fill, sql })),
    { stage: stage.moveCopies, sql: moveCopies(table) },
    { stage: stage.addKey, sql: addKey(table, false) },
    ...references.map((sql) => ({ stage: stage.addForeignKey, sql })),
  ];
  return {
    name: 'key',
    table: table.name,
    problem: `${table.name} has no unique key over (${table.key.columns.join(', ')}): it is of another make, and two stores collide in it.`,
    migration: null,
    steps,
  };
}

async function objectFindings(
  session: CloudSession,
  expected: ExpectedSchema,
  signal: AbortSignal,
): Promise<{ readonly drafts: FindingDraft[]; readonly schemaRefused: boolean }> {
  const refusals: Refusal[] = [];
  const found: Parameters<typeof inPlace>[0][number][] = [];
  for (const view of expected.views) {
    const refusal = await probeView(session, view, signal);
    refusals.push(refusal);
    if (refusal === 'missing') found.push([view, viewFindings(view, undefined)]);
    if (refusal === 'refused') found.push([view, [refusedView(view.name, view.migration)]]);
  }
  for (const one of expected.functions.filter(({ forDevices }) => forDevices)) {
    const refusal = await probeFunction(session, one, signal);
    refusals.push(refusal);
    if (refusal === 'missing') found.push([one, functionFindings(one, undefined)]);
    if (refusal === 'refused') found.push([one, [refusedFunction(one)]]);
  }
  return { drafts: inPlace(found), schemaRefused: refusals.includes('schema_refused') };
}

function refusedView(name: string, migration: string): FindingDraft {
  return {
    name: 'grant',
    table: name,
    problem: `Devices lack SELECT on ${name}.`,
    migration,
    steps: [{ stage: stage.access, sql: grantTable(name, ['select']) }],
  };
}
