import type { CloudCheckFinding } from '../../../src-main/contract/cloud-shapes.ts';

const findingNames = [
  'token',
  'table',
  'view',
  'function',
  'column',
  'column_type',
  'not_null',
  'key',
  'extra_key',
  'check',
  'foreign_key',
  'trigger',
  'grant',
  'row_level_security',
  'policy',
] as const;

export type FindingWord = (typeof findingNames)[number] | 'other';

export interface GroupedFindings {
  /** what stands for itself, with the name its sentence is found by */
  readonly own: readonly {
    readonly name: FindingWord;
    readonly table: string | null;
    readonly problem: string;
  }[];
  /** how many are mended by the migrations that are named anyway */
  readonly withMigrations: number;
}

/** What a person must read one by one, apart from what the missing migrations bring along. */
export function groupFindings(findings: readonly CloudCheckFinding[]): GroupedFindings {
  const rest = findings.filter(({ name }) => name !== 'migration');
  return {
    own: rest
      .filter(({ migration }) => migration === null)
      .map(({ name, table, problem }) => ({
        name: findingNames.find((one) => one === name) ?? 'other',
        table,
        problem,
      })),
    withMigrations: rest.filter(({ migration }) => migration !== null).length,
  };
}
