/** Where and why a text is no JSON, in words that show nothing of what it holds: it may hold a secret. */
export function describeJsonFault(text: string): string {
  if (text.trim() === '') return 'the file is empty; write {} or remove it';
  try {
    const end = skipSpace(text, readValue(text, 0, 0));
    if (end < text.length) throw new JsonFault(end, 'something follows after the closing bracket');
    return 'it cannot be read';
  } catch (error) {
    if (!(error instanceof JsonFault)) return 'it cannot be read';
    const before = text.slice(0, error.at).split('\n');
    return `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}: ${error.words}`;
  }
}

class JsonFault extends Error {
  readonly at: number;
  readonly words: string;

  constructor(at: number, words: string) {
    super(words);
    this.at = at;
    this.words = words;
  }
}

const deepest = 200;
const closing = { '{': '}', '[': ']' } as const;

/** Reads one value and answers where it ends. @throws JsonFault */
function readValue(text: string, from: number, depth: number): number {
  const at = skipSpace(text, from);
  if (depth > deepest) throw new JsonFault(at, 'it is nested too deeply');
  const first = text[at];
  if (first === '{' || first === '[') return readGroup(text, at, first, depth);
  if (first === '"') return readText(text, at);
  const plain = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])/y;
  plain.lastIndex = at;
  if (plain.test(text)) return plain.lastIndex;
  throw new JsonFault(at, missingValue(first));
}

function readGroup(text: string, start: number, open: '{' | '[', depth: number): number {
  const close = closing[open];
  let at = skipSpace(text, start + 1);
  if (text[at] === close) return at + 1;
  for (;;) {
    if (open === '{') at = readName(text, at);
    at = skipSpace(text, readValue(text, at, depth + 1));
    if (text[at] === close) return at + 1;
    if (text[at] === undefined) throw new JsonFault(at, `the file ends before the closing ${close}`);
    if (text[at] !== ',') throw new JsonFault(at, commentOr(text[at], 'a comma (,) is missing before this'));
    at = skipSpace(text, at + 1);
    if (text[at] === close) throw new JsonFault(at, `there is a comma too many before the closing ${close}`);
  }
}

function readName(text: string, at: number): number {
  if (text[at] !== '"') throw new JsonFault(at, commentOr(text[at], 'a key needs double quotes (")'));
  const colon = skipSpace(text, readText(text, at));
  if (text[colon] !== ':') throw new JsonFault(colon, 'a colon (:) is missing after the key');
  return colon + 1;
}

function readText(text: string, start: number): number {
  const part = /(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/uy;
  part.lastIndex = start + 1;
  part.test(text);
  const at = part.lastIndex;
  if (text[at] === '"') return at + 1;
  const words =
    text[at] === '\\'
      ? 'a backslash must be written twice (\\\\)'
      : 'the closing quote (") of a text is missing';
  throw new JsonFault(at, words);
}

function missingValue(character: string | undefined): string {
  if (character === undefined) return 'the file ends too early: a value or a closing bracket is missing';
  if (/[\p{L}']/u.test(character)) return 'a text needs double quotes (")';
  return commentOr(character, 'a value is missing here');
}

function commentOr(character: string | undefined, words: string): string {
  return character === '/' || character === '#' ? 'JSON knows no comments; take this out' : words;
}

function skipSpace(text: string, from: number): number {
  const space = /[ \t\r\n]*/y;
  space.lastIndex = from;
  space.test(text);
  return space.lastIndex;
}
