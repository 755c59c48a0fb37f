import { Command, InvalidArgumentError } from 'commander';
import { BackhaulError } from '../../contract/errors.ts';
import type { QuarantineEntry, QuarantineOutcome } from '../../contract/quarantine-shapes.ts';
import { type CommandContext, commandContext } from '../context.ts';
import { askEngine, withEngine } from '../engine-session.ts';
import { formatTable } from '../output.ts';

interface Chosen {
  readonly all?: boolean;
  readonly stream?: string;
  readonly code?: string;
}

export function quarantineCommand(): Command {
  const quarantine = new Command('quarantine').description(
    'records that were set aside, and what becomes of them',
  );
  quarantine
    .command('list')
    .description('open entries with the reason; --all also those that were decided')
    .option('--all', 'also what was retried, edited or discarded')
    .addHelpText('after', '\nExamples:\n  backhaul quarantine list\n  backhaul quarantine list --all --json')
    .action((options: Chosen, command: Command) => list(commandContext(command), options.all ?? false));
  for (const action of ['retry', 'discard'] as const) {
    quarantine
      .command(action)
      .description(
        action === 'retry'
          ? 'makes records pending again; they go with the next run'
          : 'gives records up: they stay on this box and are never sent',
      )
      .argument('[id...]', 'ids of the list', parseId)
      .option('--all', 'every open entry')
      .option('--stream <name>', 'with --all: only of this stream')
      .option('--code <code>', 'with --all: only with this code')
      .addHelpText(
        'after',
        `\nExamples:\n  backhaul quarantine ${action} 7 9\n  backhaul quarantine ${action} --all --code 23514\n\nOf the matched entries, "done" are decided and "stillOpen" are not.`,
      )
      .action((ids: readonly number[], options: Chosen, command: Command) =>
        decide(commandContext(command), action, ids, options),
      );
  }
  quarantine
    .command('edit')
    .description('changes a record here, never its key, and makes it pending again')
    .argument('<id>', 'id of the list', (text: string) => parseId(text, [])[0])
    .requiredOption('--set <column=value...>', 'new values; "column=" with nothing after it means NULL')
    .addHelpText('after', '\nExamples:\n  backhaul quarantine edit 7 --set state=GREEN total_staff=2')
    .action((id: number, options: { set: readonly string[] }, command: Command) =>
      edit(commandContext(command), id, options.set),
    );
  return quarantine.addHelpText(
    'after',
    '\nExamples:\n  backhaul quarantine list\n  backhaul quarantine retry --all\n  backhaul quarantine discard 7',
  );
}

async function list(context: CommandContext, resolved: boolean): Promise<void> {
  const entries = await askEngine(context, ({ client }) => client.call('quarantine.list', { resolved }));
  context.output.result(entries, () => (entries.length === 0 ? 'Nothing is in quarantine.' : table(entries)));
}

function table(entries: readonly QuarantineEntry[]): string {
  return formatTable(
    ['id', 'stream', 'record', 'code', 'attempts', 'state', 'reason'],
    entries.map((entry) => [
      String(entry.id),
      entry.stream,
      entry.recordKey,
      entry.code,
      entry.attempts,
      entry.resolution,
      entry.message,
    ]),
  );
}

async function decide(
  context: CommandContext,
  action: 'retry' | 'discard',
  ids: readonly number[],
  options: Chosen,
): Promise<void> {
  if (ids.length > 0 === (options.all ?? false))
    throw new BackhaulError('invalid_input', 'Name the ids, or say --all. Nothing was changed.');
  const selection =
    ids.length > 0
      ? { ids: [...ids] }
      : {
          ...(options.stream === undefined ? {} : { stream: options.stream }),
          ...(options.code === undefined ? {} : { code: options.code }),
        };
  const outcome = await withEngine(context, ({ client }) => client.call(`quarantine.${action}`, selection));
  context.output.result(outcome, () => describe(action, outcome));
}

function describe(action: 'retry' | 'discard', { matched, done, stillOpen }: QuarantineOutcome): string {
  if (matched === 0) return 'Nothing is in quarantine.';
  const open = stillOpen > 0 ? ` ${stillOpen} are still open.` : '';
  return action === 'retry'
    ? `${done} of ${matched} are pending again.${open} Run: backhaul sync --mode full`
    : `${done} of ${matched} were given up; they stay on this box.${open}`;
}

async function edit(context: CommandContext, id: number, assignments: readonly string[]): Promise<void> {
  const values = Object.fromEntries(assignments.map(parseAssignment));
  const entry = await withEngine(context, ({ client }) => client.call('quarantine.edit', { id, values }));
  context.output.result(
    entry,
    () => `${entry.recordKey} was changed and is pending again. Run: backhaul sync --mode full`,
  );
}

/** Digits are a number where the column takes one; SQLite keeps them as the column's type says. */
function parseAssignment(text: string): [string, string | number | null] {
  const at = text.indexOf('=');
  if (at < 1)
    throw new BackhaulError(
      'invalid_input',
      `${JSON.stringify(text)} is no column=value. Nothing was changed.`,
    );
  const value = text.slice(at + 1);
  if (value === '') return [text.slice(0, at), null];
  return [text.slice(0, at), /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value];
}

function parseId(text: string, previous: readonly number[] = []): number[] {
  const id = Number(text);
  if (!Number.isSafeInteger(id) || id < 1) throw new InvalidArgumentError('ids are whole numbers from 1.');
  return [...previous, id];
}
