import { quoted, tableName } from './sql-text.ts';

/** The policies of a table as 0001_schema makes them: a device sees and writes its own location, if it may write. */
export const policyCommands = { backhaul_read: 'r', backhaul_insert: 'a', backhaul_update: 'w' } as const;

export type PolicyName = keyof typeof policyCommands;

const own = 'location_id = (select public.backhaul_location())';
const mayWrite = `${own} and (select public.backhaul_may_write())`;

const bodies: Readonly<Record<PolicyName, string>> = {
  backhaul_read: `for select to authenticated\n  using (${own})`,
  backhaul_insert: `for insert to authenticated\n  with check (${mayWrite})`,
  backhaul_update: `for update to authenticated\n  using (${own})\n  with check (${mayWrite})`,
};

export function makePolicy(table: string, policy: PolicyName): string {
  return `${dropPolicy(table, policy)};\ncreate policy ${policy} on ${tableName(table)} ${bodies[policy]}`;
}

export function dropPolicy(table: string, policy: string): string {
  return `drop policy if exists ${quoted(policy)} on ${tableName(table)}`;
}

export function enableRowSecurity(table: string): string {
  return `alter table ${tableName(table)} enable row level security`;
}

/** What devices need of a table; nobody else needs anything, and older projects give all to all. */
export function grantTable(table: string, privileges: readonly string[]): string {
  const name = tableName(table);
  return `revoke all on table ${name} from public, anon, authenticated;\ngrant ${privileges.join(', ')} on table ${name} to authenticated;\ngrant all on table ${name} to service_role`;
}

export function grantFunction(signature: string): string {
  return `revoke all on function ${signature} from public, anon;\ngrant execute on function ${signature} to authenticated, service_role`;
}

export function makeTouch(table: string): string {
  return `create or replace trigger backhaul_touch before update on ${tableName(table)}\n  for each row execute function public.backhaul_touch()`;
}
