import { Command, Option } from 'commander';
import { BackhaulError } from '../../contract/errors.ts';
import { summaryCsv } from '../../contract/inventory-csv.ts';
import type { InventorySummary, SummarySelection } from '../../contract/inventory-shapes.ts';
import { writeDownload } from '../../engine/files/write-download.ts';
import { type CommandContext, commandContext, nonEmpty } from '../context.ts';
import { askEngine, withEngine } from '../engine-session.ts';
import { exitCode } from '../exit-code.ts';
import {
  describeAcknowledged,
  describeAlerts,
  describeFreshness,
  describeImport,
  describeSales,
  describeStock,
} from '../inventory-tables.ts';
import { calendarDay, wholeNumber } from '../option-values.ts';

interface Rows {
  readonly limit?: number;
  readonly product?: string;
  readonly open?: boolean;
}

interface Export {
  readonly format?: 'csv' | 'json';
  readonly period: SummarySelection['period'];
  readonly day?: string;
  readonly out?: string;
}

const help = `
Times are those of the inventory's time zone (inventory.timezone).

Examples:
  backhaul inventory status
  backhaul inventory sales --limit 20 --product Mango
  backhaul inventory alerts --open --json
  backhaul inventory ack 12
  backhaul inventory export --period week --day 2026-01-10 --out week.csv`;

export function inventoryCommand(): Command {
  const inventory = new Command('inventory').description('stock, freshness, sales and alerts');
  inventory
    .command('status')
    .description('stock of each product and open alerts, as they stand now')
    .addHelpText('after', '\nExamples:\n  backhaul inventory status\n  backhaul inventory status --json')
    .action((_: object, command: Command) => tellNow(commandContext(command), describeStock, (now) => now));
  inventory
    .command('freshness')
    .description('how old each product is, and the days it has left')
    .addHelpText(
      'after',
      '\nExamples:\n  backhaul inventory freshness\n  backhaul inventory freshness --json',
    )
    .action((_: object, command: Command) =>
      tellNow(commandContext(command), describeFreshness, ({ products }) => products),
    );
  inventory
    .command('sales')
    .description('sales, newest first')
    .option('--limit <n>', 'how many (default: 100)', wholeNumber(10_000))
    .option('--product <name>', 'only of this product', nonEmpty)
    .addHelpText(
      'after',
      '\nExamples:\n  backhaul inventory sales\n  backhaul inventory sales --product Mango --json',
    )
    .action(async (options: Rows, command: Command) => {
      const context = commandContext(command);
      const { rows, now } = await askEngine(context, async ({ client }) => ({
        rows: await client.call('inventory.sales', selectionOf(options)),
        now: await client.call('inventory.get', {}),
      }));
      context.output.result(rows, () => describeSales(rows, now.time_zone));
    });
  inventory
    .command('alerts')
    .description('alerts, newest first; an open one lasts until its cause is gone')
    .option('--limit <n>', 'how many (default: 20)', wholeNumber(10_000))
    .option('--product <name>', 'only of this product', nonEmpty)
    .option('--open', 'only those whose cause lasts')
    .addHelpText(
      'after',
      '\nExamples:\n  backhaul inventory alerts\n  backhaul inventory alerts --open --json',
    )
    .action(async (options: Rows, command: Command) => {
      const context = commandContext(command);
      const selection = { ...selectionOf(options), open: options.open ?? false };
      const { rows, now } = await askEngine(context, async ({ client }) => ({
        rows: await client.call('inventory.alerts', selection),
        now: await client.call('inventory.get', {}),
      }));
      context.output.result(rows, () => describeAlerts(rows, now.time_zone));
    });
  inventory
    .command('ack')
    .description('notes an alert as seen; it stays open until its cause is gone')
    .argument('<id>', 'id of the list', wholeNumber(Number.MAX_SAFE_INTEGER))
    .addHelpText('after', '\nExamples:\n  backhaul inventory alerts --open\n  backhaul inventory ack 12')
    .action(async (id: number, _: object, command: Command) => {
      const context = commandContext(command);
      const alert = await withEngine(context, ({ client }) => client.call('inventory.acknowledge', { id }));
      context.output.result(alert, () => describeAcknowledged(alert));
    });
  addExport(inventory);
  addImport(inventory);
  return inventory.addHelpText('after', help);
}

function addExport(inventory: Command): void {
  inventory
    .command('export')
    .description('a day or week: sales by product and hour, stock, turnover, what expired')
    .addOption(
      new Option('--format <format>', 'csv unless --json is given').choices(['csv', 'json'] as const),
    )
    .addOption(
      new Option('--period <period>', 'a day, or a week from Monday to Sunday')
        .choices(['day', 'week'] as const)
        .default('day' as const),
    )
    .option('--day <date>', 'that day, or the week it lies in, YYYY-MM-DD (default: today)', calendarDay)
    .option('--out <file>', 'where to write it; standard output when left out', nonEmpty)
    .addHelpText(
      'after',
      `
The lines of the CSV are told apart by their first column: product, hour or expired. Days and hours are those of the
inventory's time zone; the hour that comes twice when the clocks go back is there twice.

Examples:
  backhaul inventory export > today.csv
  backhaul inventory export --period week --day 2026-01-10 --out week.csv
  backhaul inventory export --format json --day 2026-01-10`,
    )
    .action((options: Export, command: Command) => exportSummary(commandContext(command), options));
}

function addImport(inventory: Command): void {
  inventory
    .command('import')
    .description('brings the rows of an older inventory.db here; the file is only read')
    .argument('<file>', 'the database of an older script', nonEmpty)
    .addHelpText(
      'after',
      `
An inventory.db in the data directory is imported by itself, once, when the engine starts. What is here already is not
brought again, so that a file can be imported once more after it has changed.

Examples:
  backhaul inventory import /srv/vision/inventory.db`,
    )
    .action(async (file: string, _: object, command: Command) => {
      const context = commandContext(command);
      const path = context.path(file);
      const result = await withEngine(context, ({ client }) =>
        client.call('inventory.import', { file: path }),
      );
      context.output.result(result, () => describeImport(result));
      const leftOut = Object.values(result.tables).some(
        (table) => table.left_out > 0 || table.reason !== null,
      );
      if (leftOut || !result.finished) process.exitCode = exitCode.partial;
    });
}

type Now = Parameters<typeof describeStock>[0];

async function tellNow(
  context: CommandContext,
  describe: (now: Now) => string,
  forMachines: (now: Now) => unknown,
): Promise<void> {
  const now = await askEngine(context, ({ client }) => client.call('inventory.get', {}));
  context.output.result(forMachines(now), () => describe(now));
}

function selectionOf({ limit, product }: Rows): { limit?: number; product_name?: string } {
  return {
    ...(limit === undefined ? {} : { limit }),
    ...(product === undefined ? {} : { product_name: product }),
  };
}

async function exportSummary(context: CommandContext, { format, period, day, out }: Export): Promise<void> {
  if (format === 'csv' && context.output.json)
    throw new BackhaulError(
      'invalid_input',
      '--format csv and --json ask for two forms at once. Nothing was exported; leave one of them out.',
    );
  const selection = day === undefined ? { period } : { period, day };
  const summary = await askEngine(context, ({ client }) => client.call('inventory.summary', selection));
  const text = write(summary, format ?? (context.output.json ? 'json' : 'csv'));
  if (out === undefined) {
    process.stdout.write(text);
    return;
  }
  const file = context.path(out);
  await writeDownload(file, async (handle) => {
    await handle.writeFile(text);
  });
  context.output.note(`Written to ${file}.`);
}

function write(summary: InventorySummary, format: 'csv' | 'json'): string {
  return format === 'json' ? `${JSON.stringify(summary)}\n` : summaryCsv(summary);
}
