import { Command, InvalidArgumentError } from 'commander';
import { commandContext } from '../context.ts';
import { parseDuration } from '../duration.ts';
import { withEngine } from '../engine-session.ts';

export function pauseCommand(): Command {
  return new Command('pause')
    .description('no run begins by itself for a while; it ends by itself, after 24 hours at most')
    .option('--for <duration>', 'how long: 30m, 2h, 24h', parsePause, 24)
    .addHelpText('after', '\nExamples:\n  backhaul pause --for 2h\n  backhaul resume')
    .action(async (options: { for: number }, command: Command) => {
      const context = commandContext(command);
      const result = await withEngine(context, ({ client }) =>
        client.call('schedule.pause', { hours: options.for }),
      );
      context.output.result(
        result,
        () => `No run begins by itself until ${result.pausedUntil}. Records are still taken and kept.`,
      );
    });
}

export function resumeCommand(): Command {
  return new Command('resume')
    .description('ends a pause; what was missed is made up')
    .addHelpText('after', '\nExamples:\n  backhaul resume')
    .action(async (_options: unknown, command: Command) => {
      const context = commandContext(command);
      await withEngine(context, ({ client }) => client.call('schedule.resume', {}));
      context.output.result({ pausedUntil: null }, () => 'Runs begin by themselves again.');
    });
}

function parsePause(text: string): number {
  const hours = parseDuration(text) / 3600;
  if (hours <= 0 || hours > 24) throw new InvalidArgumentError('a duration up to 24h.');
  return hours;
}
