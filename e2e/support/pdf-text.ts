import { inflateSync } from 'node:zlib';

/** What a PDF of Chromium's printer says, page after page, and how many pages it has. */
export interface PdfText {
  readonly pages: number;
  readonly text: string;
}

/**
 * Reads the text of a PDF as a reader's search would: glyphs by the fonts' own tables of letters.
 * @throws where it is no PDF
 */
export function readPdf(file: Buffer): PdfText {
  const source = file.toString('latin1');
  if (!source.startsWith('%PDF-')) throw new Error('It is no PDF.');
  const objects = objectsOf(source);
  const fonts = new Map<string, Map<string, string>>();
  for (const [id, { body }] of objects) {
    const unicode = /\/ToUnicode (\d+) 0 R/.exec(body)?.[1];
    if (unicode !== undefined) fonts.set(id, lettersOf(objects.get(unicode)?.stream ?? ''));
  }
  const pages = [...objects.values()].filter(({ body }) => /\/Type ?\/Page\b(?!s)/.test(body));
  const text = pages.map(({ body }) => pageText(body, objects, fonts)).join('\n');
  return { pages: pages.length, text };
}

interface PdfObject {
  readonly body: string;
  readonly stream: string;
}

function objectsOf(source: string): ReadonlyMap<string, PdfObject> {
  const objects = new Map<string, PdfObject>();
  for (const [, id = '', whole = ''] of source.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) {
    const at = whole.indexOf('stream\n');
    const body = at === -1 ? whole : whole.slice(0, at);
    const raw = at === -1 ? '' : whole.slice(at + 7, whole.lastIndexOf('\nendstream'));
    const packed = body.includes('/FlateDecode');
    objects.set(id, {
      body,
      stream: packed ? inflateSync(Buffer.from(raw, 'latin1')).toString('latin1') : raw,
    });
  }
  return objects;
}

/** Letters by the glyph's code in hexadecimal. */
function lettersOf(table: string): Map<string, string> {
  const letters = new Map<string, string>();
  for (const [, block = ''] of table.matchAll(/beginbfchar\n([\s\S]*?)endbfchar/g))
    for (const [, code = '', to = ''] of block.matchAll(/<(\w+)> <(\w+)>/g)) letters.set(code, utf16(to));
  for (const [, block = ''] of table.matchAll(/beginbfrange\n([\s\S]*?)endbfrange/g))
    for (const [, first = '', last = '', to = ''] of block.matchAll(/<(\w+)> <(\w+)> <(\w+)>/g))
      for (let code = Number.parseInt(first, 16); code <= Number.parseInt(last, 16); code += 1) {
        const letter = Number.parseInt(to, 16) + code - Number.parseInt(first, 16);
        letters.set(
          code.toString(16).toUpperCase().padStart(first.length, '0'),
          String.fromCodePoint(letter),
        );
      }
  return letters;
}

function utf16(hex: string): string {
  return Buffer.from(hex, 'hex').swap16().toString('utf16le');
}

/** A font has codes of one byte or of two. */
function lettersIn(glyphs: string, font: ReadonlyMap<string, string> | undefined): string {
  const [known = '0000'] = font?.keys() ?? [];
  const codes = glyphs.match(new RegExp(`.{${known.length}}`, 'g')) ?? [];
  return codes.map((code) => font?.get(code.toUpperCase()) ?? '').join('');
}

function pageText(
  body: string,
  objects: ReadonlyMap<string, PdfObject>,
  fonts: ReadonlyMap<string, Map<string, string>>,
): string {
  const content = objects.get(/\/Contents (\d+) 0 R/.exec(body)?.[1] ?? '')?.stream ?? '';
  const names = new Map(
    [...body.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name = '', id = '']) => [name, fonts.get(id)]),
  );
  let font: Map<string, string> | undefined;
  let text = '';
  for (const [, name, glyphs, ends] of content.matchAll(/\/(F\d+) [\d.]+ Tf|<(\w+)>|(ET)/g)) {
    if (name !== undefined) font = names.get(name);
    else if (glyphs !== undefined) text += lettersIn(glyphs, font);
    else if (ends !== undefined) text += ' ';
  }
  return text;
}
