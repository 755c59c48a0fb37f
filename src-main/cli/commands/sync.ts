import { Command, Option } from 'commander';
import type { Client } from '../../contract/client.ts';
import { type RunProgress, type RunResult, type SyncMode, streamNames } from '../../contract/run-shapes.ts';
import { commandContext } from '../context.ts';
import { withEngine } from '../engine-session.ts';
import { exitCodeOfRun } from '../exit-code.ts';
import { formatTable, type Output } from '../output.ts';

interface SyncOptions {
  readonly mode: SyncMode;
  readonly dryRun?: boolean;
  readonly stream?: readonly string[];
}

export function syncCommand(): Command {
  return new Command('sync')
    .description('one run: sends what waits and compares both sides')
    .addOption(
      new Option('--mode <mode>', 'hourly: the last two hours; full: everything that waits')
        .choices(['hourly', 'full'])
        .makeOptionMandatory(),
    )
    .option('--dry-run', 'plans and validates, contacts no cloud, changes nothing')
    .addOption(new Option('--stream <names...>', 'only these streams').choices(streamNames))
    .addHelpText(
      'after',
      '\nExamples:\n  backhaul sync --mode full\n  backhaul sync --mode hourly --dry-run --json\n  backhaul sync --mode full --stream division_states',
    )
    .action(async (options: SyncOptions, command: Command) => {
      const context = commandContext(command);
      const run = await withEngine(context, async ({ client }) => {
        if (!context.output.json) context.output.line(await headline(client, options));
        const stop = (): void => void client.call('sync.cancel', {}).catch(() => undefined);
        process.once('SIGINT', stop).once('SIGTERM', stop);
        const end = client.subscribe('sync.progress', createNarrator(context.output));
        return client
          .call('sync.start', {
            mode: options.mode,
            trigger: 'cli',
            dryRun: options.dryRun ?? false,
            ...(options.stream === undefined ? {} : { streams: [...options.stream] }),
          })
          .then((answer) => {
            if (answer.joined) context.output.line('Joined a run of the same kind that was under way.');
            if (answer.queued) context.output.line('Waited for another run that was under way.');
            return answer.run;
          })
          .finally(() => {
            end();
            process.off('SIGINT', stop).off('SIGTERM', stop);
          });
      });
      context.output.result(run, () => describeRun(run));
      if (run.error !== null) context.output.note(`backhaul: ${run.error}`);
      process.exitCode = exitCodeOfRun(run);
    });
}

async function headline(client: Client, { mode, dryRun }: SyncOptions): Promise<string> {
  const { locationId, cloudKind } = await client.call('engine.info', {});
  const to = cloudKind === 'local' ? 'the local cloud on this box' : 'the Supabase project';
  const kind = dryRun ? `${mode} run without sending` : `${mode} run`;
  return `Mode: ${kind}. Location: ${locationId ?? 'none yet'}. To: ${to}`;
}

/** Log lines that a person can follow. */
function createNarrator(output: Output): (progress: RunProgress) => void {
  let told = '';
  return (progress) => {
    const line = narrate(progress);
    if (line === null || line === told) return;
    told = line;
    output.line(line);
  };
}

function narrate(progress: RunProgress): string | null {
  if (progress.phase === 'planning') return `Planning a ${progress.mode} run`;
  if (progress.phase === 'verifying') return 'Comparing both sides';
  if (progress.phase === 'cleaning') return 'Cleaning up';
  if (progress.phase === 'sending' && progress.stream !== null && progress.streamPlanned > 0) {
    return `${progress.stream}: Uploaded ${progress.streamUploaded} of ${progress.streamPlanned}`;
  }
  return null;
}

function describeRun(run: RunResult): string {
  const rows = run.streams.map((one) => [
    one.stream,
    one.planned,
    one.sent,
    one.duplicates,
    one.quarantined,
    one.failed,
  ]);
  const total = ['total', run.planned, run.sent, run.duplicates, run.quarantined, run.failed];
  const lines = [
    formatTable(['stream', 'planned', 'sent', 'already there', 'set aside', 'failed'], [...rows, total]),
  ];
  if (run.stranded > 0) {
    lines.push(
      `${run.stranded} older records wait for a full run (backhaul sync --mode full). Nothing is lost.`,
    );
  }
  if (run.deleted > 0) lines.push(`Cleaned up: ${run.deleted} verified older records were deleted here.`);
  lines.push(`${verdictOf(run)} after ${(run.durationMs / 1000).toFixed(1)} s`);
  return lines.join('\n');
}

function verdictOf(run: RunResult): string {
  if (run.dryRun) return 'Dry run: nothing was sent';
  if (run.status === 'success') return run.verified ? 'Success, verified' : 'Success, not yet verified';
  return run.status.charAt(0).toUpperCase() + run.status.slice(1);
}
