import { readFileSync, statSync } from 'node:fs';
import { Command } from 'commander';
import type { Client } from '../../contract/client.ts';
import { BackhaulError } from '../../contract/errors.ts';
import { type ConnectionSummary, readZonesFile, splitLines } from '../../engine/capture/service.ts';
import { storeTime } from '../../engine/time/store-time.ts';
import { type BridgeReply, createBridgeFeed } from '../bridge-feed.ts';
import { type CommandContext, commandContext, idOption } from '../context.ts';
import { withEngine } from '../engine-session.ts';
import { exitCode } from '../exit-code.ts';
import { openInput } from '../open-input.ts';
import { printable } from '../output.ts';

interface IngestOptions {
  readonly zones?: string;
  readonly location?: string;
  readonly camera?: string;
  readonly session?: string;
  readonly ack?: boolean;
}

export function ingestCommand(): Command {
  return new Command('ingest')
    .description('takes NDJSON of the bridge from a file or standard input')
    .argument('[file]', 'the file; "-" or nothing for standard input', '-')
    .option('--zones <file>', 'zones for detections that bring none')
    .option('--location <id>', 'where lines do not say', idOption)
    .option('--camera <id>', 'where lines do not say', idOption)
    .option(
      '--session <id>',
      'where lines do not say; default: made of the file time and the camera',
      idOption,
    )
    .option('--ack', 'the replies on standard output, the summary on standard error')
    .addHelpText(
      'after',
      '\nExamples:\n  backhaul ingest records.ndjson\n  backhaul ingest detections.ndjson --zones zones.json --session 20251213_143500_camera_35\n  detector | backhaul ingest - --ack',
    )
    .action(async (file: string, options: IngestOptions, command: Command) => {
      const context = commandContext(command);
      const summary = await ingest(context, file, options);
      report(context, summary, options.ack ?? false);
      process.exitCode = summary.refused > 0 ? exitCode.partial : exitCode.done;
    });
}

async function ingest(
  context: CommandContext,
  file: string,
  options: IngestOptions,
): Promise<ConnectionSummary> {
  const hello = helloOf(context, file, options);
  const input = openInput(context, file);
  let stopped = false;
  const lines = untilStopped(splitLines(input), () => stopped);
  const feed = createBridgeFeed(lines, hello, (reply) => answer(context, reply, options.ack ?? false));
  const stop = (): void => {
    stopped = true;
    input.destroy();
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    return await withEngine(context, async ({ client }) => {
      const { bridgeSocket } = await client.call('engine.info', {});
      if (bridgeSocket === null)
        throw new BackhaulError('unavailable', 'The engine takes no lines now. Nothing was read.');
      const standstill = tellStandstill(context, client);
      return feed.through(bridgeSocket).finally(() => standstill.end());
    });
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

/** Says once why capture has stopped acknowledging, and when it goes on. */
function tellStandstill({ output }: CommandContext, client: Client): { end(): void } {
  let told: string | null = null;
  const tell = (reason: string | null): void => {
    if (reason === told) return;
    told = reason;
    output.note(reason === null ? 'Capture goes on.' : `Capture has stopped, nothing is lost: ${reason}`);
  };
  const watch = setInterval(() => {
    client.call('capture.get', {}).then(
      (capture) => tell(capture.reason),
      () => undefined,
    );
  }, 1000);
  return {
    end() {
      clearInterval(watch);
      tell(null);
    },
  };
}

/** A signal ends the input as its end does; a line cut short by it was never acknowledged. */
async function* untilStopped<T>(lines: AsyncIterable<T>, stopped: () => boolean): AsyncGenerator<T> {
  try {
    yield* lines;
  } catch (error) {
    if (!stopped()) throw error;
  }
}

/** What holds where lines do not say: the flags, the zones file, and a session made of the recording's time. */
function helloOf(context: CommandContext, file: string, options: IngestOptions): Record<string, unknown> {
  const path = options.zones === undefined ? null : context.path(options.zones);
  const zones = path === null ? null : readZonesFile(path);
  const camera = options.camera ?? zones?.cameraId ?? null;
  return {
    ...(path === null ? {} : { zones: JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, '')) }),
    ...(options.location === undefined ? {} : { location_id: options.location }),
    ...(options.camera === undefined ? {} : { camera_id: options.camera }),
    ...sessionOf(context, file, options.session, camera),
  };
}

function sessionOf(
  context: CommandContext,
  file: string,
  given: string | undefined,
  camera: string | null,
): { session_id?: string } {
  if (given !== undefined) return { session_id: given };
  if (camera === null) return {};
  const at =
    file === '-'
      ? new Date()
      : (statSync(context.path(file), { throwIfNoEntry: false })?.mtime ?? new Date());
  const local =
    storeTime(context.config().location.timezone ?? 'Asia/Shanghai').fromEpochMs(at.getTime()) ?? '';
  const digits = local.slice(0, 19).replace(/[-:]/g, '').replace(' ', '_');
  return { session_id: `${digits}_${camera}` };
}

function answer({ output }: CommandContext, reply: BridgeReply, ack: boolean): void {
  if (ack) {
    const { line, ...numbered } = reply;
    const shown = reply.seq !== undefined && reply.type === 'ack' ? numbered : { ...numbered, line };
    process.stdout.write(`${JSON.stringify(shown)}\n`);
  } else if (reply.type === 'error') {
    output.note(`line ${reply.line}: ${reply.code}: ${printable(reply.message)}`);
  }
}

function report({ output }: CommandContext, summary: ConnectionSummary, ack: boolean): void {
  const { received, committed, duplicates, refused, states, commits, avgBatchSize, durationMs } = summary;
  const value = { received, committed, duplicates, refused, states, commits, avgBatchSize, durationMs };
  const human = `${received} lines: ${committed} stored, ${duplicates} already here, ${refused} refused; ${states} state changes made; ${commits} commits of ${avgBatchSize} on average in ${(durationMs / 1000).toFixed(1)} s`;
  if (ack) output.note(output.json ? JSON.stringify(value) : human);
  else output.result(value, () => human);
}
