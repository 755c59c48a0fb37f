import type { Port } from '../contract/client.ts';
import { contract } from '../contract/contract.ts';
import type { InventoryFormat } from '../contract/desktop-contract.ts';
import { BackhaulError, fromFault } from '../contract/errors.ts';
import type { InventorySummary, SummarySelection } from '../contract/inventory-shapes.ts';
import { csvLine } from './csv.ts';
import { inventoryPage } from './inventory-print.ts';
import type { PrintWords } from './print-words.ts';
import { writeDownload } from './private-download.ts';

export interface InventoryExport {
  readonly engine: Port;
  readonly path: string;
  readonly format: InventoryFormat;
  readonly selection: SummarySelection;
  /** of the PDF; CSV and JSON have the same names in every language */
  readonly words: PrintWords;
  readonly printPdf: (html: string) => Promise<Uint8Array>;
}

/**
 * Writes a day or week of the inventory: sales by product and hour, turnover, what expired. Faults: storage,
 * unavailable, internal where the page cannot be printed.
 */
export async function exportInventory(options: InventoryExport): Promise<void> {
  const { engine, path, format, selection, words } = options;
  const answer = await engine.call('inventory.summary', selection);
  if (!answer.ok) throw fromFault(answer.fault);
  const summary = contract['inventory.summary'].output.parse(answer.value);
  const content =
    format === 'csv'
      ? summaryCsv(summary)
      : format === 'json'
        ? `${JSON.stringify(summary, null, 2)}\n`
        : await printed(options, inventoryPage(summary, words));
  await writeDownload(path, async (file) => {
    await file.writeFile(content);
  });
}

async function printed({ printPdf }: InventoryExport, html: string): Promise<Uint8Array> {
  try {
    return await printPdf(html);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BackhaulError(
      'internal',
      `The page could not be printed: ${reason}. The same figures can be saved as CSV.`,
      { cause: error },
    );
  }
}

const columns = [
  'kind',
  'product_name',
  'from',
  'sold',
  'sales',
  'stock_at_start',
  'stock_at_end',
  'average_stock',
  'turnover',
  'is_expired',
] as const;

type Line = Readonly<Partial<Record<(typeof columns)[number], string | number | boolean | null>>>;

/** By what spreadsheets know that the text is UTF-8. */
const byteOrderMark = '\uFEFF';

/**
 * One table, told apart by `kind`: `product` (turnover), `hour` (all products together, every hour), `product_hour`
 * (where something was sold), `expired`.
 */
export function summaryCsv(summary: InventorySummary): string {
  const lines: readonly Line[] = [
    ...summary.products.map((product) => ({ kind: 'product', from: summary.first_day, ...product })),
    ...summary.hours.map(({ label, sold }) => ({ kind: 'hour', from: label, sold })),
    ...summary.hours.flatMap(({ label, by_product }) =>
      Object.entries(by_product)
        .filter(([, sold]) => sold > 0)
        .map(([product_name, sold]) => ({ kind: 'product_hour', product_name, from: label, sold })),
    ),
    ...summary.expired.map(({ product_name, since_utc }) => ({
      kind: 'expired',
      product_name,
      from: new Date(since_utc * 1000).toISOString(),
      is_expired: true,
    })),
  ];
  const rows = lines.map((line) => csvLine(columns.map((column) => line[column] ?? null)));
  return byteOrderMark + csvLine(columns) + rows.join('');
}
