import { createHash } from 'node:crypto';
import {
  dropPolicy,
  enableRowSecurity,
  grantFunction,
  grantTable,
  makePolicy,
  makeTouch,
  type PolicyName,
  policyCommands,
} from './access-sql.ts';
import type { ExpectedFunction, ExpectedObject, ExpectedTable } from './expected-schema.ts';
import { type FindingDraft, type FindingName, type Step, stage } from './finding.ts';
import type { ObservedFunction, ObservedRelation } from './observed-schema.ts';
import { quoted } from './sql-text.ts';

/** Who may do what with a table: grants, row level security, policies, the trigger that says when. */
export function tableAccessFindings(table: ExpectedTable, relation: ObservedRelation): FindingDraft[] {
  const draft = drafter(table);
  const found = grantFindings(table, relation, ['select', 'insert', 'update']);
  if (!relation.rowSecurity) {
    const problem = `Row level security of ${table.name} is off: every device reads and writes every store's rows.`;
    found.push(draft('row_level_security', problem, enableRowSecurity(table.name)));
  }
  for (const policy of Object.keys(policyCommands) as PolicyName[]) {
    const fault = policyFault(relation, policy);
    if (fault !== null)
      found.push(draft('policy', `${table.name}: ${fault}`, makePolicy(table.name, policy)));
  }
  found.push(...openPolicies(table.name, relation), ...closingPolicies(table.name, relation));
  if (table.hasTouch && !relation.triggers.includes('backhaul_touch')) {
    const problem = `${table.name} has no trigger backhaul_touch, which says when a row was changed.`;
    found.push(draft('trigger', problem, makeTouch(table.name)));
  }
  return found;
}

function policyFault(relation: ObservedRelation, name: PolicyName): string | null {
  const policy = relation.policies.find((one) => one.name === name);
  if (policy === undefined) return `the policy ${name} is missing`;
  const { using, check, command, permissive, roles } = policy;
  const text = `${using ?? ''} ${check ?? ''}`;
  const isWhole =
    command === policyCommands[name] &&
    permissive &&
    roles.includes('authenticated') &&
    text.includes('backhaul_location()') &&
    (name === 'backhaul_read' || text.includes('backhaul_may_write()'));
  return isWhole ? null : `the policy ${name} is another than it should be`;
}

/** A policy that is true for everybody undoes the others, since one that allows is enough. */
function openPolicies(table: string, relation: ObservedRelation): FindingDraft[] {
  return relation.policies
    .filter(({ name, permissive, roles, using, check }) => {
      const reaches = roles.some((role) => ['public', 'anon', 'authenticated'].includes(role));
      const conditions = [using, check].filter((one) => one !== null);
      return permissive && reaches && !(name in policyCommands) && conditions.every((one) => one === 'true');
    })
    .map(({ name }) => ({
      name: 'policy',
      table,
      problem: `The policy ${name} of ${table} lets everybody reach every store's rows.`,
      migration: null,
      steps: [{ stage: stage.access, sql: dropPolicy(table, name) }],
    }));
}

/** A restrictive policy of somebody else's can refuse what the others allow, whatever it says. */
function closingPolicies(table: string, relation: ObservedRelation): FindingDraft[] {
  return relation.policies
    .filter(
      ({ permissive, roles }) =>
        !permissive && roles.some((role) => ['public', 'authenticated'].includes(role)),
    )
    .map(({ name }) => ({
      name: 'policy',
      table,
      problem: `The restrictive policy ${name} of ${table} can keep devices from sending their own rows.`,
      migration: null,
      steps: [{ stage: stage.access, sql: dropPolicy(table, name) }],
    }));
}

/** Grants of a table or view: what devices need, and no more. */
export function grantFindings(
  made: ExpectedObject,
  relation: ObservedRelation,
  needed: readonly string[],
): FindingDraft[] {
  const { name } = made;
  const draft = drafter(made);
  const missing = needed.filter((privilege) => !relation.deviceMay.includes(privilege));
  const found: FindingDraft[] = [];
  if (missing.length > 0) {
    const problem = `Devices lack ${missing.join(', ').toUpperCase()} on ${name}.`;
    found.push(draft('grant', problem, grantTable(name, needed)));
  }
  const beyond = relation.deviceMay.filter((privilege) => !needed.includes(privilege));
  if (beyond.length > 0 || relation.anonymousMay.length > 0) {
    const who =
      beyond.length > 0
        ? `Devices may ${beyond.join(', ').toUpperCase()}`
        : 'Anybody with the public key may use';
    found.push(draft('grant', `${who} ${name}, which nobody needs.`, grantTable(name, needed)));
  }
  for (const sequence of relation.lackingSequences) {
    const sql = `grant usage on sequence ${sequence} to authenticated`;
    const step: Step = { stage: stage.access, sql };
    found.push({
      ...draft('grant', `Devices may not use ${sequence}, which numbers the rows of ${name}.`, sql),
      migration: null,
      steps: [step],
    });
  }
  return found;
}

export function viewFindings(view: ExpectedObject, relation: ObservedRelation | undefined): FindingDraft[] {
  const { name, sql, migration } = view;
  const make: Step = { stage: stage.createObject, sql };
  const grant: Step = { stage: stage.access, sql: grantTable(name, ['select']) };
  if (relation === undefined) {
    const problem = `The view ${name} is missing.`;
    return [{ name: 'view', table: name, problem, migration, steps: [make, grant] }];
  }
  const open: FindingDraft = {
    name: 'view',
    table: name,
    problem: `The view ${name} reads as its owner: it shows every store's rows to every device.`,
    migration,
    steps: [{ stage: stage.access, sql: `alter view public.${quoted(name)} set (security_invoker = true)` }],
  };
  return [...(relation.securityInvoker ? [] : [open]), ...grantFindings(view, relation, ['select'])];
}

/** `observed` is undefined where the function is missing. */
export function functionFindings(
  made: ExpectedFunction,
  observed: ObservedFunction | undefined,
): FindingDraft[] {
  const { name, sql, signature, forDevices } = made;
  const draft = drafter(made);
  const grant: readonly Step[] = forDevices ? [{ stage: stage.access, sql: grantFunction(signature) }] : [];
  const whole = (problem: string): FindingDraft => ({
    ...draft('function', problem, sql),
    steps: [{ stage: stage.createObject, sql }, ...grant],
  });
  if (observed === undefined) return [whole(`The function ${name} is missing.`)];
  if (observed.body !== bodyOf(sql))
    return [whole(`The function ${name} is another than it should be; who may see what may depend on it.`)];
  if (!forDevices || observed.mayCall !== false) return [];
  return [refusedFunction(made)];
}

export function refusedFunction(made: ExpectedFunction): FindingDraft {
  return drafter(made)(
    'grant',
    `Devices may not call the function ${made.name}.`,
    grantFunction(made.signature),
  );
}

/** As PostgreSQL keeps it: what stands between the dollar quotes. */
function bodyOf(sql: string): string {
  const body = /\bas\s+(\$\w*\$)([\s\S]*?)\1/.exec(sql)?.[2] ?? '';
  return createHash('md5').update(body).digest('hex');
}

function drafter({ name: table, migration }: ExpectedObject) {
  return (name: FindingName, problem: string, sql: string): FindingDraft => ({
    name,
    table,
    problem,
    migration,
    steps: [{ stage: stage.access, sql }],
  });
}
