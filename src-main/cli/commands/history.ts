import { Command, Option } from 'commander';
import type { CallInput } from '../../contract/contract.ts';
import { BackhaulError } from '../../contract/errors.ts';
import type { RunStatistics } from '../../contract/report-shapes.ts';
import { type RunResult, runStatus, streamNames, syncMode } from '../../contract/run-shapes.ts';
import { type CommandContext, commandContext } from '../context.ts';
import { askEngine } from '../engine-session.ts';
import { calendarDay, wholeNumber } from '../option-values.ts';
import { formatTable } from '../output.ts';
import { type StoreClock, storeClock } from '../store-clock.ts';

type Selection = CallInput<'history.list'>;

interface HistoryOptions extends Selection {
  readonly statistics?: boolean;
  readonly days?: number;
}

const help = `
The filters restrict together; days are those of the store's calendar.

Examples:
  backhaul history --limit 5
  backhaul history --status failed --day 2025-12-13
  backhaul history --mode full --stream table_states --json
  backhaul history --statistics --days 7`;

export function historyCommand(): Command {
  return new Command('history')
    .description('runs, newest first; with --statistics how they went')
    .option('--limit <n>', 'how many (default: 20)', wholeNumber(10_000))
    .addOption(new Option('--status <status>', 'only runs that ended so').choices(runStatus.options))
    .addOption(new Option('--mode <mode>', 'only runs of this mode').choices(syncMode.options))
    .addOption(new Option('--stream <name>', 'only runs that took this stream').choices(streamNames))
    .option('--day <date>', 'only runs that began on this day, YYYY-MM-DD', calendarDay)
    .option('--statistics', 'success rate, durations, records per day and failures by cause')
    .option('--days <n>', 'with --statistics: of so many days, today included (default: 30)', wholeNumber(90))
    .addHelpText('after', help)
    .action((options: HistoryOptions, command: Command) => {
      const { statistics = false, days, ...selection } = options;
      const filters: Selection = withoutOthers(selection);
      if (statistics ? Object.keys(filters).length > 0 : days !== undefined)
        throw new BackhaulError(
          'invalid_input',
          '--statistics goes with --days only, and --days only with it.',
        );
      return statistics
        ? tellStatistics(commandContext(command), days)
        : tellRuns(commandContext(command), filters);
    });
}

async function tellRuns(context: CommandContext, filters: Selection): Promise<void> {
  const { runs, clock } = await askEngine(context, async ({ client }) => ({
    runs: await client.call('history.list', filters),
    clock: await storeClock(client),
  }));
  context.output.result(runs, () =>
    describeRuns(
      runs,
      clock,
      Object.keys(filters).some((name) => name !== 'limit'),
    ),
  );
}

function describeRuns(runs: readonly RunResult[], clock: StoreClock, filtered: boolean): string {
  if (runs.length === 0) return filtered ? 'No such run.' : 'No run yet.';
  return formatTable(
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
      clock(run.startedAt),
      run.mode,
      run.trigger,
      run.verified ? `${run.status}, verified` : run.status,
      run.sent,
      run.duplicates,
      run.quarantined,
      run.failed,
      (run.durationMs / 1000).toFixed(1),
    ]),
  );
}

async function tellStatistics(context: CommandContext, days: number | undefined): Promise<void> {
  const statistics = await askEngine(context, ({ client }) =>
    client.call('history.statistics', days === undefined ? {} : { days }),
  );
  context.output.result(statistics, () => describeStatistics(statistics));
}

function describeStatistics(statistics: RunStatistics): string {
  const { runs, days, successRate, meanDurationMs, p95DurationMs, recordsPerDay } = statistics;
  if (successRate === null) return `No run ended in the last ${days} days.`;
  const seconds = (ms: number | null): string => (ms === null ? 'unknown' : `${(ms / 1000).toFixed(1)} s`);
  const failures = Object.entries(statistics.failuresByGroup).sort(([, a], [, b]) => b - a);
  return [
    `${runs} runs in the last ${days} days, ${(successRate * 100).toFixed(1)} % of them successful.`,
    `Duration: mean ${seconds(meanDurationMs)}, 95 % within ${seconds(p95DurationMs)}.`,
    failures.length === 0
      ? 'No failures.'
      : `Failed at least in part, by cause: ${failures.map(([group, n]) => `${group.replace('_', ' ')} ${n}`).join(', ')}.`,
    '',
    formatTable(
      ['day', 'records', 'runs'],
      recordsPerDay.map((day) => [day.day, day.records, day.runs]),
    ),
  ].join('\n');
}

/** The options every command has are no filters. */
function withoutOthers({ limit, status, mode, stream, day }: Selection): Selection {
  const given = Object.entries({ limit, status, mode, stream, day }).filter(
    ([, value]) => value !== undefined,
  );
  return Object.fromEntries(given) as Selection;
}
