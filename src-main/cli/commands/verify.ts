import { Command } from 'commander';
import type { Verification } from '../../contract/verify-shapes.ts';
import { commandContext } from '../context.ts';
import { withEngine } from '../engine-session.ts';
import { exitCode } from '../exit-code.ts';
import { formatTable } from '../output.ts';

export function verifyCommand(): Command {
  return new Command('verify')
    .description('compares what is marked as sent with the cloud, inside both databases')
    .option('--repair', 'marks held records that are missing in the cloud as pending again')
    .option('--overwrite', 'with --repair: held records that differ in the cloud go again, too')
    .option(
      '--accept-lost',
      'gives up records that were deleted here and are missing or different in the cloud: it counts as it is there',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  backhaul verify\n  backhaul verify --repair\n  backhaul verify --json',
    )
    .action(
      async (options: { repair?: boolean; overwrite?: boolean; acceptLost?: boolean }, command: Command) => {
        const context = commandContext(command);
        const verification = await withEngine(context, ({ client }) =>
          client.call('verify.run', {
            repair: options.repair ?? false,
            overwrite: options.overwrite ?? false,
            acceptLost: options.acceptLost ?? false,
          }),
        );
        context.output.result(asPrinted(verification), () => describe(verification));
        process.exitCode = verification.agrees ? exitCode.done : exitCode.partial;
      },
    );
}

/** The fields that SPEC 8 names; what differs and how is for the console, a script reads counts. */
function asPrinted({ streams, ...whole }: Verification): object {
  return {
    ...whole,
    streams: streams.map(({ sessions, ...stream }) => ({
      ...stream,
      sessions: sessions.map(({ sessionId, agrees, local, cloud, expired }) => {
        return { sessionId, agrees, local, cloud, expired };
      }),
    })),
  };
}

function describe({ agrees, streams, repaired, accepted }: Verification): string {
  const rows = streams.map((one) => [one.stream, one.local, one.cloud, one.agrees ? 'agrees' : 'DISAGREES']);
  const wrong = streams.flatMap((one) =>
    one.sessions
      .filter((session) => !session.agrees)
      .map((session) => [one.stream, session.sessionId, session.local, session.cloud]),
  );
  return [
    formatTable(['stream', 'here', 'cloud', 'result'], rows),
    ...(wrong.length === 0 ? [] : ['', formatTable(['stream', 'session', 'here', 'cloud'], wrong)]),
    '',
    ...(repaired > 0 ? [`${repaired} records are pending again. Run: backhaul sync --mode full`] : []),
    ...(accepted > 0 ? [`${accepted} records that were deleted here count as they are in the cloud.`] : []),
    agrees
      ? 'Everything marked as sent is in the cloud, equal.'
      : 'Something marked as sent is missing or different in the cloud. What is held here and missing there goes again with --repair, what differs there with --repair --overwrite; what was already deleted here can only be restored in the cloud, or given up with --accept-lost.',
  ].join('\n');
}
