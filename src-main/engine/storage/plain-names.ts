import type { Statement } from 'better-sqlite3';

type Row = Readonly<Record<string, unknown>>;

/**
 * A statement whose rows have the names of SPEC 3. SQLite finds a column in any spelling, but answers in that of the
 * table, and an older file may have spelled it `Session_ID`.
 */
export function withPlainNames(statement: Statement<unknown[]>): Statement<unknown[]> {
  if (!statement.reader) return statement;
  const odd = statement
    .columns()
    .filter(({ name, column }) => name === column && name !== name.toLowerCase())
    .map(({ name }) => name);
  if (odd.length === 0) return statement;
  const plain = (row: unknown): unknown => (isRow(row) ? renamed(row, odd) : row);
  const { get, all, iterate } = statement;
  return Object.assign(statement, {
    get: (...values: unknown[]) => plain(get.apply(statement, values)),
    all: (...values: unknown[]) => all.apply(statement, values).map(plain),
    *iterate(...values: unknown[]) {
      for (const row of iterate.apply(statement, values)) yield plain(row);
    },
  });
}

function isRow(row: unknown): row is Row {
  return typeof row === 'object' && row !== null && !Array.isArray(row);
}

/** What the statement itself names so wins over a column that is spelled otherwise. */
function renamed(row: Row, odd: readonly string[]): Row {
  const others = Object.entries(row).filter(([name]) => !odd.includes(name));
  const named = odd.map((name) => [name.toLowerCase(), row[name]] as const);
  return Object.fromEntries([...named, ...others]);
}
