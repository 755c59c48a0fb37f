import type { InventorySummary } from '../contract/inventory-shapes.ts';
import type { PrintWords } from './print-words.ts';

/** Text that is not markup; what has been made safe, or was written here. */
type Markup = string & { readonly markup: unique symbol };

/** A day or week of the inventory as a page to print: text and tables, no script, nothing from elsewhere. */
export function inventoryPage(summary: InventorySummary, words: PrintWords): string {
  const { language } = words;
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  const exact = new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: summary.time_zone,
  });
  const whole = (value: number | null): string => (value === null ? '–' : number.format(value));
  const days =
    summary.first_day === summary.last_day ? summary.first_day : `${summary.first_day} – ${summary.last_day}`;
  const { warning, critical, info } = summary.alerts;
  const hours = summary.hours.filter(({ sold }) => summary.period === 'day' || sold > 0);
  return `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><title>${markup(`${words.title} ${days}`)}</title><style>${style}</style></head>
<body>
<h1>${markup(words.title)}</h1>
<p>${markup(days)} · ${markup(words.zone(summary.time_zone))}</p>
<dl>${figure(words.sold, whole(summary.total_sold))}${figure(words.expired, whole(summary.expired.length))}${figure(words.alerts, whole(warning + critical + info))}</dl>
<h2>${markup(words.byProduct)}</h2>
${table(
  [
    words.product,
    words.sold,
    words.sales,
    words.atStart,
    words.atEnd,
    words.average,
    words.turnover,
    words.expired,
  ],
  summary.products
    .toSorted((one, other) => other.sold - one.sold)
    .map((one) => [
      one.product_name,
      whole(one.sold),
      whole(one.sales),
      whole(one.stock_at_start),
      whole(one.stock_at_end),
      whole(one.average_stock),
      whole(one.turnover),
      one.is_expired ? words.yes : '',
    ]),
  words,
)}
<h2>${markup(words.byHour)}</h2>
${summary.period === 'week' ? `<p>${markup(words.leftOut)}</p>` : ''}
${table(
  [words.hour, words.sold, words.products],
  hours.map(({ label, sold, by_product }) => [label, whole(sold), productsOf(by_product, whole)]),
  words,
  'hours',
)}
<h2>${markup(words.foundExpired)}</h2>
${table(
  [words.product, words.since],
  summary.expired.map(({ product_name, since_utc }) => [
    product_name,
    exact.format(new Date(since_utc * 1000)),
  ]),
  words,
)}
</body></html>`;
}

function productsOf(counts: Readonly<Record<string, number>>, whole: (value: number) => string): string {
  return Object.entries(counts)
    .filter(([, sold]) => sold > 0)
    .toSorted(([, one], [, other]) => other - one)
    .map(([name, sold]) => `${name}: ${whole(sold)}`)
    .join(' · ');
}

function figure(name: string, value: string): Markup {
  return `<div><dt>${markup(name)}</dt><dd>${markup(value)}</dd></div>` as Markup;
}

function table(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  words: PrintWords,
  kind = '',
): Markup {
  if (rows.length === 0) return `<p>${markup(words.nothing)}</p>` as Markup;
  const head = heads.map((one) => `<th>${markup(one)}</th>`).join('');
  const body = rows
    .map((row) => `<tr>${row.map((one) => `<td>${markup(one)}</td>`).join('')}</tr>`)
    .join('\n');
  return `<table class="${kind}"><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table>` as Markup;
}

/** A product may be called anything. */
function markup(text: string): Markup {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;') as Markup;
}

const style = `
body { margin: 0; font: 10pt/1.4 "Inter", "Segoe UI", "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Micro Hei", sans-serif; color: #1d1c1a; }
html:lang(zh-TW) body { font-family: "Noto Sans CJK TC", "PingFang TC", "Microsoft JhengHei", "WenQuanYi Micro Hei", sans-serif; }
h1 { margin: 0; font-size: 18pt; }
h2 { margin: 16pt 0 4pt; font-size: 12pt; break-after: avoid; }
p { margin: 4pt 0; color: #5f5b54; }
dl { display: flex; gap: 28pt; margin: 10pt 0 0; }
dt { font-size: 8.5pt; color: #5f5b54; }
dd { margin: 0; font-size: 14pt; font-weight: 650; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 3pt 0 3pt 8pt; border-bottom: 0.5pt solid #cfc9bd; text-align: right; vertical-align: top; white-space: nowrap; }
th { font-size: 8.5pt; font-weight: 400; color: #5f5b54; }
th { white-space: normal; }
th:first-child, td:first-child { padding-left: 0; text-align: left; }
table:not(.hours) td:first-child, .hours td:last-child { white-space: normal; overflow-wrap: anywhere; }
.hours td:last-child, .hours th:last-child { width: 60%; text-align: left; }
tr { break-inside: avoid; }
`;
