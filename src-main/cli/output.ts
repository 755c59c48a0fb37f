/** Where a command's words go: results to stdout, everything else to stderr. */
export interface Output {
  readonly json: boolean;
  /** the command's one result */
  result(value: unknown, human: () => string): void;
  /** a line for people, while something is under way; silent with --json */
  line(text: string): void;
  /** a line for people that is no result: warnings, faults */
  note(text: string): void;
}

export function createOutput(json: boolean): Output {
  return {
    json,
    result(value, human) {
      process.stdout.write(json ? `${JSON.stringify(value)}\n` : `${printableLines(human())}\n`);
    },
    line(text) {
      if (!json) process.stdout.write(`${printableLines(text)}\n`);
    },
    note(text) {
      process.stderr.write(`${printableLines(text)}\n`);
    },
  };
}

/**
 * Text of a record in a line for people: characters that a terminal would obey (control characters, ends of lines, and
 * those that turn the direction of the text around) are shown instead.
 */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The same for text of several lines. */
export function printableLines(text: string): string {
  return text.replace(/[^\n\t]+/g, printable);
}

/** Columns aligned for a terminal, whatever the cells hold; wide (Chinese) characters count as two. */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const cells = [head, ...rows.map((row) => row.map((cell) => formatCell(cell)))];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => width(row[column] ?? ''))));
  const isNumber = head.map(
    (_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'),
  );
  return cells
    .map((row) =>
      row
        .map((cell, column) => {
          const space = ' '.repeat((widths[column] ?? 0) - width(cell));
          return isNumber[column] ? space + cell : cell + space;
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function formatCell(cell: string | number): string {
  return typeof cell === 'number' ? cell.toLocaleString('en-US') : printable(cell);
}

function width(text: string): number {
  let total = 0;
  for (const character of text) total += (character.codePointAt(0) ?? 0) >= 0x1100 ? 2 : 1;
  return total;
}
