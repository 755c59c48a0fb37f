import { Command } from 'commander';
import type { Status } from '../../contract/status-shapes.ts';
import { commandContext } from '../context.ts';
import { askEngine } from '../engine-session.ts';
import { formatTable } from '../output.ts';
import { type StoreClock, storeClock } from '../store-clock.ts';

export function statusCommand(): Command {
  return new Command('status')
    .description('the verdict, its reasons and the counts behind them')
    .addHelpText('after', '\nExamples:\n  backhaul status\n  backhaul status --json')
    .action(async (_options: unknown, command: Command) => {
      const context = commandContext(command);
      const { status, clock } = await askEngine(context, async ({ client }) => ({
        status: await client.call('status.get', {}),
        clock: await storeClock(client),
      }));
      context.output.result(status, () => describe(status, clock));
    });
}

function nextRun({ nextRunAt, pausedUntil }: Status, clock: StoreClock): string {
  if (pausedUntil !== null) return `paused until ${clock(pausedUntil)} (backhaul resume)`;
  return nextRunAt === null
    ? 'nothing runs by itself: no engine stays on this directory, or its schedule is off'
    : `next run: ${clock(nextRunAt)}`;
}

function describe(status: Status, clock: StoreClock): string {
  const rows = status.streams.map((one) => [
    one.stream,
    one.pending,
    one.synced,
    one.quarantined,
    one.discarded,
    clock(one.oldestPendingAt === null ? null : `${one.oldestPendingAt.replace(' ', 'T')}Z`),
  ]);
  const where = status.cloud.kind === 'local' ? 'local cloud on this box' : (status.cloud.url ?? 'Supabase');
  const reach =
    status.cloud.reachable === true
      ? 'reachable'
      : status.cloud.kind === 'local'
        ? 'not running now'
        : status.cloud.reachable === null
          ? 'not asked'
          : 'not reachable';
  return [
    `${status.verdict.toUpperCase()}: ${status.reasons.map((reason) => reason.message).join(' ')}`,
    '',
    formatTable(['stream', 'pending', 'synced', 'set aside', 'discarded', 'oldest waiting since'], rows),
    '',
    `location ${status.locationId ?? '(none yet)'}, zone ${status.timeZone}; ${where}, ${reach}`,
    status.lastRun === null
      ? 'no run yet'
      : `last run: ${status.lastRun.mode}, ${status.lastRun.status}, ${clock(status.lastRun.startedAt)}`,
    nextRun(status, clock),
  ].join('\n');
}
