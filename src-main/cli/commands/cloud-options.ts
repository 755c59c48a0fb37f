import { InvalidArgumentError } from 'commander';
import { BackhaulError } from '../../contract/errors.ts';
import type { Environment } from '../../engine/config/environment.ts';
import { parseDuration } from '../duration.ts';

export const databaseUrlHelp =
  'PostgreSQL address of the project; "-" reads it from standard input (or BACKHAUL_DB_URL)';

/** The examples at the end of a cloud command's help. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  backhaul cloud ${line}`).join('\n')}`;
}

/** The address that --db-url or BACKHAUL_DB_URL names, null where neither does. */
export async function databaseUrl(
  option: string | undefined,
  environment: Environment,
): Promise<string | null> {
  if (option === '-') return readStandardInput('address');
  return option ?? environment.databaseUrl;
}

/** All of standard input without the space around it. @throws BackhaulError `invalid_input` where it is empty */
export async function readStandardInput(what: string): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8').trim();
  if (text === '') throw new BackhaulError('invalid_input', `Standard input held no ${what}.`);
  return text;
}

/** The lifetime of a token: seconds above 0. */
export function parseTtl(text: string): number {
  const seconds = parseDuration(text);
  if (seconds < 1) throw new InvalidArgumentError('a duration such as 90s, 30m, 12h or 365d.');
  return seconds;
}
