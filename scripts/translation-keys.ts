import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './run-command.ts';

type Tree = { readonly [key: string]: string | Tree };

const folder = join(projectRoot, 'src-renderer', 'i18n');

/**
 * What the three languages lack against each other: missing keys, empty texts, and other placeholders than
 * English has. Chinese needs only the `_other` form of a plural.
 */
export function findTranslationFaults(): readonly string[] {
  const english = flatten(read('en.json'));
  const others = readdirSync(folder).filter((name) => name.endsWith('.json') && name !== 'en.json');
  const expected = ['zh-CN.json', 'zh-TW.json'].filter((name) => !others.includes(name));
  return [
    ...expected.map((name) => `${name} is missing`),
    ...emptyTexts('en.json', english),
    ...others.flatMap((name) => compare(name, english, flatten(read(name)))),
  ];
}

function read(name: string): Tree {
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as Tree;
}

function flatten(tree: Tree, prefix = ''): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') texts.set(prefix + key, value);
    else for (const [inner, text] of flatten(value, `${prefix}${key}.`)) texts.set(inner, text);
  }
  return texts;
}

function compare(name: string, english: Map<string, string>, texts: Map<string, string>): readonly string[] {
  const wanted = [...english.keys()].filter((key) => !key.endsWith('_one'));
  return [
    ...wanted.filter((key) => !texts.has(key)).map((key) => `${name} lacks ${key}`),
    ...[...texts.keys()]
      .filter((key) => !english.has(key))
      .map((key) => `${name} has ${key}, English does not`),
    ...emptyTexts(name, texts),
    ...wanted
      .filter((key) => texts.has(key) && placeholders(texts.get(key)) !== placeholders(english.get(key)))
      .map((key) => `${name} ${key} has other placeholders than English`),
  ];
}

function emptyTexts(name: string, texts: Map<string, string>): readonly string[] {
  return [...texts].filter(([, text]) => text.trim() === '').map(([key]) => `${name} ${key} is empty`);
}

function placeholders(text = ''): string {
  return [...new Set([...text.matchAll(/{{\s*(\w+)[^}]*}}/g)].map((match) => match[1]))].sort().join(' ');
}
