/** The text format of Prometheus, version 0.0.4. */
export const metricsType = 'text/plain; version=0.0.4; charset=utf-8';

export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What has one name: its meaning and its values. */
export interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly samples: readonly Sample[];
}

type Values = number | boolean | null | readonly Sample[];

/** May go up and down; null where it is not known. */
export function gauge(name: string, help: string, values: Values): Family {
  return { name, type: 'gauge', help, samples: samplesOf(values) };
}

/** Only goes up while the engine lives; its name ends in `_total`. */
export function counter(name: string, help: string, values: Values): Family {
  return { name, type: 'counter', help, samples: samplesOf(values) };
}

function samplesOf(values: Values): readonly Sample[] {
  if (values === null) return [];
  return typeof values === 'object' ? values : [{ value: Number(values) }];
}

/** One sample for each entry, under a label. */
export function by(label: string, values: Iterable<readonly [string, number | boolean]>): readonly Sample[] {
  return [...values].map(([name, value]) => ({ labels: { [label]: name }, value: Number(value) }));
}

/** A family of which nothing is known is left out. */
export function writeFamilies(families: readonly Family[]): string {
  return families
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, type, help, samples }) => {
      const head = `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`;
      return (
        head + samples.map((sample) => `${name}${labelsOf(sample)} ${numberOf(sample.value)}\n`).join('')
      );
    })
    .join('');
}

function labelsOf({ labels = {} }: Sample): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

/** A lone half of a surrogate pair, which JSON may hold, is no text. */
function escapeLabel(text: string): string {
  return escapeHelp(text.toWellFormed()).replaceAll('"', '\\"');
}

function numberOf(value: number): string {
  if (Number.isFinite(value)) return String(value);
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}
