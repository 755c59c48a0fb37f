import type { RefusalReason } from '../../contract/quarantine-shapes.ts';

type Kind = RefusalReason['kind'];
type Values = RefusalReason['values'];

/** Every sentence that Backhaul itself sets a record aside with. What is in braces is a value. */
const sentences: Readonly<Record<Kind, string>> = {
  no_text: '{column} is no text.',
  nul_character: '{column} holds a NUL character.',
  no_frame_number: '{column} is no whole number below 2^53.',
  no_number: '{column} is no number.',
  no_count: '{column} is no count.',
  bad_bytes: 'A text of it is no valid UTF-8.',
  impossible_time: 'Its time of recording is no possible time.',
  earlier_differs: 'An earlier local record has the same key and other content; that one goes to the cloud.',
  cloud_differs:
    'A record with the same key and other content is in the cloud already; it was deleted here after it was verified.',
  copy: 'It is an equal copy of a record in quarantine.',
  other_location: 'It belongs to the location {location}; this box is {own}.',
  parent_elsewhere: "Its session or camera is written down as another location's; this box is {own}.",
};

/** The sentence as it is stored and told on the command line. */
export function sentenceOf(kind: Kind, values: Values = {}): string {
  return sentences[kind].replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name] ?? '';
    return name === 'column' ? value : JSON.stringify(value);
  });
}

const patterns = Object.entries(sentences).map(([kind, sentence]) => ({
  kind: kind as Kind,
  names: [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name),
  // Something may follow: that the row was deleted by another program since.
  pattern: new RegExp(
    `^${sentence.replace(/[.^$()|*+?]/g, '\\$&').replace(/\{(\w+)\}/g, (_, name) => (name === 'column' ? '(\\w+)' : '(null|undefined|".*?")'))}( \\(|$)`,
  ),
}));

/** Why Backhaul itself set a record aside, read out of its own sentence; null for the cloud's words. */
export function reasonIn(message: string): RefusalReason | null {
  for (const { kind, names, pattern } of patterns) {
    const found = pattern.exec(message);
    if (found === null) continue;
    return {
      kind,
      values: Object.fromEntries(names.map((name, at) => [name, plain(found[at + 1] ?? '')])),
    };
  }
  return null;
}

function plain(text: string): string {
  if (!text.startsWith('"')) return text === 'null' || text === 'undefined' ? '' : text;
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}
