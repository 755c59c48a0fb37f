import { BackhaulError } from '../contract/errors.ts';

/** The end of what a secret is read from, as far as it matters here. */
export interface SecretInput extends AsyncIterable<Buffer | string> {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
}

/**
 * Reads a secret that a person types, hidden and twice, or the one line that is piped in. Never from the command
 * line, where every process could read it. Faults: invalid_input where the two differ or nothing came; cancelled.
 * @param ask writes a question where the person sees it
 */
export async function readSecret(
  input: SecretInput,
  ask: (text: string) => void,
  questions: readonly [string, string],
): Promise<string> {
  if (input.isTTY !== true) return await firstLine(input);
  // Before the question: what is typed early would be shown.
  input.setRawMode?.(true);
  const lines = typedLines(input, ask);
  try {
    ask(questions[0]);
    const first = await nextLine(lines);
    ask(questions[1]);
    if ((await nextLine(lines)) !== first)
      throw new BackhaulError('invalid_input', 'The two differ. Nothing was changed.');
    return first;
  } finally {
    input.setRawMode?.(false);
    await lines.return(undefined);
  }
}

async function nextLine(lines: AsyncGenerator<string>): Promise<string> {
  const next = await lines.next();
  if (next.done === true) throw new BackhaulError('cancelled', 'Nothing was changed.');
  return next.value;
}

async function firstLine(input: SecretInput): Promise<string> {
  let text = '';
  for await (const chunk of input) {
    text += chunk.toString();
    if (text.includes('\n')) break;
  }
  const [line = ''] = text.split('\n');
  const secret = line.replace(/\r$/, '');
  if (secret === '') throw new BackhaulError('invalid_input', 'Nothing came on standard input.');
  return secret;
}

const interrupt = '\u0003';
const endOfInput = '\u0004';

/** Lines from a terminal that shows nothing of them; ends at Ctrl+C and Ctrl+D. */
async function* typedLines(input: SecretInput, echo: (text: string) => void): AsyncGenerator<string> {
  let line = '';
  for await (const chunk of input) {
    for (const key of chunk.toString()) {
      if (key === interrupt || key === endOfInput) return;
      if (key === '\r' || key === '\n') {
        echo('\n');
        const whole = line;
        line = '';
        yield whole;
      } else if (key === '\u007f' || key === '\b') line = line.slice(0, -1);
      else line += key;
    }
  }
}
