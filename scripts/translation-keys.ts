import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './run-command.ts';

type Tree = { readonly [key: string]: string | Tree };

const folder = join(projectRoot, 'src-renderer', 'i18n');

/**
 * The texts of an area lie in i18n/<language>/<area>.json. What the three languages lack against each other: missing keys, empty texts, and other placeholders than
 * English has. Chinese needs only the `_other` form of a plural.
 */
export function findTranslationFaults(): readonly string[] {
  const areas = readdirSync(join(folder, 'en'));
  return [
    ...languages.flatMap((language) =>
      readdirSync(join(folder, language))
        .filter((area) => !areas.includes(area))
        .map((area) => `${language}/${area} has no English`),
    ),
    ...areas.flatMap((area) => {
      const english = flatten(read(`en/${area}`));
      return [
        ...emptyTexts(`en/${area}`, english),
        ...languages.flatMap((language) =>
          compare(`${language}/${area}`, english, flatten(read(`${language}/${area}`))),
        ),
      ];
    }),
    ...sharedSections(areas),
  ];
}

const languages = ['zh-CN', 'zh-TW'] as const;

function read(name: string): Tree {
  const path = join(folder, name);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Tree) : {};
}

/** The areas are spread into one tree: a section in two files would hide the first one. */
function sharedSections(areas: readonly string[]): readonly string[] {
  const home = new Map<string, string>();
  return areas.flatMap((area) =>
    Object.keys(read(`en/${area}`)).flatMap((section) => {
      const other = home.get(section);
      home.set(section, area);
      return other === undefined ? [] : [`en/${area} has ${section}, en/${other} too`];
    }),
  );
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
