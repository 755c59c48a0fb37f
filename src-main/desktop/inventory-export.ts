import type { Port } from '../contract/client.ts';
import { contract } from '../contract/contract.ts';
import type { InventoryFormat } from '../contract/desktop-contract.ts';
import { BackhaulError, fromFault } from '../contract/errors.ts';
import { summaryCsv } from '../contract/inventory-csv.ts';
import type { SummarySelection } from '../contract/inventory-shapes.ts';
import { writeDownload } from '../engine/files/write-download.ts';
import { inventoryPage } from './inventory-print.ts';
import type { PrintWords } from './print-words.ts';

export interface InventoryExport {
  readonly engine: Port;
  readonly path: string;
  readonly format: InventoryFormat;
  readonly selection: SummarySelection;
  /** of the PDF; CSV and JSON have the same names in every language */
  readonly words: PrintWords;
  readonly printPdf: (html: string) => Promise<Uint8Array>;
}

/** By what spreadsheets know that the text is UTF-8. */
const byteOrderMark = '\uFEFF';

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
      ? `${byteOrderMark}${summaryCsv(summary)}`
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
