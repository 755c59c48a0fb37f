import type { Database } from 'better-sqlite3';

/** The whole schema as text; `schema.sql` beside this file is its committed copy. */
export function schemaText(db: Database): string {
  const sql = `SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid`;
  const statements = db.prepare(sql).pluck().all() as string[];
  return `-- Made by the migrations: npm run schema\n\n${statements.map((statement) => `${statement};`).join('\n\n')}\n`;
}
