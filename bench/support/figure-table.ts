import { formatTable } from '../../src-main/cli/output.ts';
import { type Figure, type Goal, isMet } from '../measurement.ts';

/** The figures as one table: name, figure, baseline, ratio, goal and whether it is met. */
export function figureTable(figures: readonly Figure[]): string {
  return formatTable(
    ['measured', 'figure', 'baseline', 'ratio', 'goal', ''],
    figures.map((one) => [
      one.name,
      `${shortNumber(one.value)} ${one.unit}`,
      one.baseline === undefined ? '' : `${shortNumber(one.baseline.value)} (${one.baseline.name})`,
      one.ratio === undefined ? '' : `${one.ratio.toFixed(one.ratio < 1 ? 3 : 2)} ×`,
      one.goal === undefined ? '' : goalText(one.goal, one.unit),
      verdict(one),
    ]),
  );
}

function goalText({ of, atLeast, atMost }: Goal, unit: string): string {
  const what = of === 'ratio' ? '×' : unit;
  if (atLeast !== undefined) return `≥ ${shortNumber(atLeast)} ${what}`;
  return `≤ ${shortNumber(atMost ?? Number.NaN)} ${what}`;
}

function verdict(figure: Figure): string {
  const met = isMet(figure);
  if (met === null) return '';
  return met ? 'met' : 'MISSED';
}

/** Three digits that count. */
function shortNumber(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return Number(value.toFixed(digits)).toLocaleString('en-US');
}
