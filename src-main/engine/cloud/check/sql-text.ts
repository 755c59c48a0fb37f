/** A name as PostgreSQL takes it, whatever it holds. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A table of the product. */
export function tableName(name: string): string {
  return `public.${quoted(name)}`;
}

/** Column names for a key or a foreign key. */
export function columnList(columns: readonly string[]): string {
  return `(${columns.map(quoted).join(', ')})`;
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Blanks out `-- comments`; a migration has no other kind, and no `--` in a literal. */
export function withoutComments(sql: string): string {
  return sql.replace(/--[^\n]*/g, '');
}

/** The statements of a migration, each without its semicolon; what stands in dollar quotes is left alone. */
export function statementsOf(sql: string): readonly string[] {
  return splitOutside(sql, ';')
    .map((text) => withoutLeadingComments(text))
    .filter((text) => text !== '');
}

/** Splits where no parenthesis, quote or dollar quote is open. */
export function splitOutside(sql: string, separator: ',' | ';'): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  let depth = 0;
  const token = /--[^\n]*|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|[(),;]/g;
  for (const { 0: text, index } of sql.matchAll(token)) {
    if (text === '(') depth += 1;
    else if (text === ')') depth -= 1;
    else if (text === separator && depth === 0) {
      parts.push(sql.slice(from, index));
      from = index + 1;
    }
  }
  return [...parts, sql.slice(from)].map((text) => text.trim());
}

function withoutLeadingComments(text: string): string {
  return text
    .replace(/^(\s*--[^\n]*\n)+/, '')
    .replace(/^\s*--[^\n]*$/, '')
    .trim();
}
