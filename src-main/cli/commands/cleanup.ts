import { Command } from 'commander';
import { commandContext } from '../context.ts';
import { parseDuration } from '../duration.ts';
import { withEngine } from '../engine-session.ts';
import { exitCode } from '../exit-code.ts';
import { formatTable } from '../output.ts';

export function cleanupCommand(): Command {
  return new Command('cleanup')
    .description('compares both sides, deletes verified rows that are old enough, and gives the space back')
    .option(
      '--older-than <age>',
      'age of state rows: 90s, 30m, 24h, 7d (default: retention.statesHours)',
      parseDuration,
    )
    .addHelpText('after', '\nExamples:\n  backhaul cleanup\n  backhaul cleanup --older-than 24h --json')
    .action(async (options: { olderThan?: number }, command: Command) => {
      const context = commandContext(command);
      const olderThanHours = options.olderThan === undefined ? null : options.olderThan / 3600;
      const result = await withEngine(context, ({ client }) =>
        client.call('cleanup.run', { olderThanHours }),
      );
      const { agrees, deleted, freedBytes } = result;
      context.output.result(
        { deleted, freedBytes },
        () =>
          `${formatTable(['table', 'deleted'], Object.entries(deleted))}\n\n${freedBytes} bytes were given back.`,
      );
      if (agrees) return;
      context.output.note(
        'backhaul: Some sessions differ from the cloud; their rows were kept. See: backhaul verify',
      );
      process.exitCode = exitCode.partial;
    });
}
