import { Command, Option } from 'commander';
import { type FoundRecord, type FoundRecords, stateStreams } from '../../contract/find-shapes.ts';
import { type CommandContext, commandContext, idOption, nonEmpty } from '../context.ts';
import { askEngine } from '../engine-session.ts';
import { wholeNumber } from '../option-values.ts';
import { formatTable, printable } from '../output.ts';
import { type StoreClock, storeClock } from '../store-clock.ts';

interface FindOptions {
  readonly camera?: string;
  readonly table?: string;
  readonly session?: string;
  readonly stream?: FoundRecord['stream'];
  readonly at?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
  readonly cloud: boolean;
}

const help = `
Name at least one of camera, table, session and time; they restrict together. A time without an offset is the store's
clock; --at means that minute, a bare date that day. Each record is shown with its whole way: when it was committed here,
whether it waits, was sent, set aside, given up or deleted here, why, and what the cloud holds. No cloud is started for
it; where none answers, "cloud" is unknown and what was deleted here is not found.

Examples:
  backhaul find --camera camera_35 --at "2025-12-13 14:35"
  backhaul find --table T12 --from 2025-12-13 --to 2025-12-14
  backhaul find --session 20251213_143500_camera_35 --stream table_states --limit 200
  backhaul find --camera camera_35 --from "2025-12-13 06:00Z" --no-cloud --json`;

export function findCommand(): Command {
  return new Command('find')
    .description('records by camera, table, session or time, with their whole way')
    .option('--camera <id>', 'of this camera', idOption)
    .option('--table <id>', 'of this table', idOption)
    .option('--session <id>', 'of this session', idOption)
    .addOption(new Option('--stream <name>', 'only of this stream').choices(stateStreams.options))
    .option('--at <time>', 'recorded in that minute (or on that day)', nonEmpty)
    .option('--from <time>', 'recorded then or later', nonEmpty)
    .option('--to <time>', 'recorded then or earlier', nonEmpty)
    .option('--limit <n>', 'how many at most, newest first', wholeNumber(1000), 50)
    .option('--no-cloud', 'look on this box only')
    .addHelpText('after', help)
    .action((options: FindOptions, command: Command) => find(commandContext(command), options));
}

async function find(context: CommandContext, options: FindOptions): Promise<void> {
  const { camera, table, session, stream, at, from, to, limit, cloud } = options;
  const filters = { cameraId: camera, tableId: table, sessionId: session, stream, at, from, to };
  const given = Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
  const { found, clock } = await askEngine(context, async ({ client }) => ({
    found: await client.call('find.records', { ...given, limit, cloud }),
    clock: await storeClock(client),
  }));
  context.output.result(found.records, () => describe(found, clock));
  if (found.cloudUnknown !== null && cloud)
    context.output.note(`What the cloud holds is unknown: ${found.cloudUnknown}`);
}

function describe({ records, more }: FoundRecords, clock: StoreClock): string {
  if (records.length === 0) return 'No such record.';
  const [head = '', ...lines] = formatTable(
    ['recorded', 'camera', 'table', 'frame', 'state', 'status', 'cloud', 'run', 'session'],
    records.map(columnsOf),
  ).split('\n');
  const rows = lines.map((line, index) => `${line}\n  ${wayOf(records[index], clock)}`);
  const rest = more ? [`There are more than ${records.length}; narrow the search or raise --limit.`] : [];
  return [head, ...rows, ...rest].join('\n');
}

function columnsOf(record: FoundRecord): string[] {
  return [
    record.timestampRecorded ?? '',
    record.cameraId,
    record.tableId ?? '',
    String(record.frameNumber ?? ''),
    record.state,
    record.status.replace('_', ' '),
    record.cloud,
    String(record.runId ?? ''),
    record.sessionId,
  ];
}

function wayOf(record: FoundRecord | undefined, clock: StoreClock): string {
  if (record === undefined) return '';
  const captured = record.capturedAt === null ? '' : `Committed ${clock(record.capturedAt)}. `;
  return `${captured}${printable(record.why)}`;
}
