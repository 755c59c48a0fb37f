/** What kind of thing is not as it should be. */
export type FindingName =
  | 'token'
  | 'migration'
  | 'table'
  | 'view'
  | 'function'
  | 'column'
  | 'column_type'
  | 'not_null'
  | 'key'
  | 'extra_key'
  | 'check'
  | 'foreign_key'
  | 'trigger'
  | 'grant'
  | 'row_level_security'
  | 'policy';

/** One thing that is not as the product needs it. */
export interface CloudFinding {
  readonly name: FindingName;
  /** the table, view or function it is about, null where it is about none */
  readonly table: string | null;
  /** what is wrong and what it means, one sentence */
  readonly problem: string;
  /** what mends it by itself; '' where no SQL does (a token) */
  readonly sql: string;
  /** the migration that is to be run as a whole and mends it with everything else, null where none does */
  readonly migration: string | null;
}

/**
 * When a statement has its turn: what leans on a wrong key goes before the key, rows are completed before the new
 * key, all tables are there before one refers to another.
 */
export const stage = {
  setViewsAside: 5,
  dropForeignKey: 10,
  dropKey: 20,
  dropRule: 30,
  addColumn: 40,
  changeType: 50,
  fill: 60,
  moveCopies: 65,
  addKey: 70,
  restoreViews: 75,
  createTable: 80,
  migration: 90,
  createObject: 92,
  addForeignKey: 93,
  access: 95,
} as const;

export interface Step {
  readonly stage: (typeof stage)[keyof typeof stage];
  /** without a semicolon at its end, or a whole migration */
  readonly sql: string;
}

/** A finding before its SQL is put in order. */
export interface FindingDraft {
  readonly name: FindingName;
  readonly table: string | null;
  readonly problem: string;
  readonly steps: readonly Step[];
  /** the migration that does the same; where that is to be run as a whole the steps are not repeated */
  readonly migration: string | null;
}

export function findings(drafts: readonly FindingDraft[]): readonly CloudFinding[] {
  const whole = wholeMigrations(drafts);
  return drafts.map(({ name, table, problem, steps, migration }) => ({
    name,
    table,
    problem,
    sql: inOrder(steps),
    migration: name !== 'migration' && whole.has(migration) ? migration : null,
  }));
}

function wholeMigrations(drafts: readonly FindingDraft[]): ReadonlySet<string | null> {
  return new Set(drafts.filter(({ name }) => name === 'migration').map(({ migration }) => migration));
}

/** All of it in one transaction, in the order in which it works; '' where nothing is to be run. */
export function allSql(drafts: readonly FindingDraft[]): string {
  const whole = wholeMigrations(drafts);
  const steps = drafts
    .filter(({ name, migration }) => name === 'migration' || migration === null || !whole.has(migration))
    .flatMap((draft) => draft.steps);
  if (steps.length === 0) return '';
  return `-- Printed by backhaul cloud check. All of it or nothing; rows stay.\nbegin;\n\n${inOrder(steps)}\n\nnotify pgrst, 'reload schema';\ncommit;`;
}

function inOrder(steps: readonly Step[]): string {
  const sorted = [...steps].sort((one, other) => one.stage - other.stage);
  const texts = new Set(sorted.map(({ sql }) => ended(sql)));
  return [...texts].join('\n');
}

function ended(sql: string): string {
  const text = sql.trim();
  return text.endsWith(';') ? text : `${text};`;
}
