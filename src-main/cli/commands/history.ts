import { Command, InvalidArgumentError } from 'commander';
import { commandContext } from '../context.ts';
import { withEngine } from '../engine-session.ts';
import { formatTable } from '../output.ts';

export function historyCommand(): Command {
  return new Command('history')
    .description('runs, newest first')
    .option('--limit <n>', 'how many', parseLimit, 20)
    .addHelpText('after', '\nExamples:\n  backhaul history --limit 5\n  backhaul history --json')
    .action(async (options: { limit: number }, command: Command) => {
      const context = commandContext(command);
      const runs = await withEngine(context, ({ client }) =>
        client.call('history.list', { limit: options.limit }),
      );
      context.output.result(runs, () =>
        runs.length === 0
          ? 'No run yet.'
          : formatTable(
              [
                'run',
                'started',
                'mode',
                'trigger',
                'result',
                'sent',
                'already there',
                'set aside',
                'failed',
                'seconds',
              ],
              runs.map((run) => [
                String(run.runId),
                run.startedAt ?? '',
                run.mode,
                run.trigger,
                run.verified ? `${run.status}, verified` : run.status,
                run.sent,
                run.duplicates,
                run.quarantined,
                run.failed,
                (run.durationMs / 1000).toFixed(1),
              ]),
            ),
      );
    });
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000)
    throw new InvalidArgumentError('a whole number from 1 to 10000.');
  return limit;
}
