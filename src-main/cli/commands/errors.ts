import { Command, Option } from 'commander';
import type { ErrorEntry } from '../../contract/report-shapes.ts';
import { commandContext } from '../context.ts';
import { askEngine, withEngine } from '../engine-session.ts';
import { formatTable, printable } from '../output.ts';
import { type StoreClock, storeClock } from '../store-clock.ts';

const help = `
Shows what is unresolved and what was resolved in the last 24 hours. A cause is counted in runs that failed for it, in
records that were set aside, or in lines of the bridge that were refused. Refused lines stay for as long as they are kept.

Examples:
  backhaul errors
  backhaul errors --all
  backhaul errors --acknowledge damage
  backhaul errors --json`;

export function errorsCommand(): Command {
  return new Command('errors')
    .description('causes of failures with their next step, unresolved first')
    .option('--all', 'everything of the last 90 days')
    .addOption(
      new Option(
        '--acknowledge <what>',
        'notes as seen: refused lines, or a damaged database that was set aside; deletes nothing',
      ).choices(['lines', 'damage'] as const),
    )
    .addHelpText('after', help)
    .action(async (options: { all?: boolean; acknowledge?: 'lines' | 'damage' }, command: Command) => {
      const context = commandContext(command);
      const open = options.acknowledge === undefined ? askEngine : withEngine;
      const { errors, clock } = await open(context, async ({ client }) => {
        if (options.acknowledge !== undefined) {
          const { acknowledged } = await client.call('errors.acknowledge', { unit: options.acknowledge });
          context.output.note(`Noted as seen: ${acknowledged}.`);
        }
        return {
          errors: await client.call('errors.list', { all: options.all ?? false }),
          clock: await storeClock(client),
        };
      });
      context.output.result(errors, () => describe(errors, clock));
    });
}

function describe(errors: readonly ErrorEntry[], clock: StoreClock): string {
  if (errors.length === 0) return 'No errors.';
  const table = formatTable(
    ['cause', 'code', 'count', 'state', 'first seen', 'last seen'],
    errors.map((error) => [
      error.group.replace('_', ' '),
      error.code,
      `${error.count.toLocaleString('en-US')} ${error.count === 1 ? error.unit.slice(0, -1) : error.unit}`,
      error.resolved ? 'resolved' : 'open',
      clock(error.firstSeen),
      clock(error.lastSeen),
    ]),
  );
  return [table, ...errors.map(explain)].join('\n\n');
}

function explain({ group, code, message, nextStep, streams, resolved }: ErrorEntry): string {
  const where = streams.length === 0 ? '' : ` (${streams.join(', ')})`;
  const lines = [`${group.replace('_', ' ')} ${printable(code)}${where}`, `  ${printable(message)}`];
  return [...lines, resolved ? '  It is resolved.' : `  Next step: ${nextStep}`].join('\n');
}
