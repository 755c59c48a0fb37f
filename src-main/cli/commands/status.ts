import { Command } from 'commander';
import type { Status } from '../../contract/status-shapes.ts';
import { commandContext } from '../context.ts';
import { withEngine } from '../engine-session.ts';
import { formatTable } from '../output.ts';

export function statusCommand(): Command {
  return new Command('status')
    .description('the verdict, its reasons and the counts behind them')
    .addHelpText('after', '\nExamples:\n  backhaul status\n  backhaul status --json')
    .action(async (_options: unknown, command: Command) => {
      const context = commandContext(command);
      const status = await withEngine(context, ({ client }) => client.call('status.get', {}));
      context.output.result(status, () => describe(status));
    });
}

function describe(status: Status): string {
  const rows = status.streams.map((one) => [
    one.stream,
    one.pending,
    one.synced,
    one.quarantined,
    one.discarded,
    one.oldestPendingAt === null ? '' : `${one.oldestPendingAt} UTC`,
  ]);
  const where = status.cloud.kind === 'local' ? 'local cloud on this box' : (status.cloud.url ?? 'Supabase');
  const reach =
    status.cloud.reachable === true
      ? 'reachable'
      : status.cloud.kind === 'local'
        ? 'not running now'
        : 'not reachable';
  return [
    `${status.verdict.toUpperCase()}: ${status.reasons.map((reason) => reason.message).join(' ')}`,
    '',
    formatTable(['stream', 'pending', 'synced', 'set aside', 'discarded', 'oldest waiting since'], rows),
    '',
    `location ${status.locationId ?? '(none yet)'}, zone ${status.timeZone}; ${where}, ${reach}`,
    status.lastRun === null
      ? 'no run yet'
      : `last run: ${status.lastRun.mode}, ${status.lastRun.status}, ${status.lastRun.startedAt ?? ''}`,
  ].join('\n');
}
