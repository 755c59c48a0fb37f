type Tree = { readonly [key: string]: string | Tree };

const accents: Readonly<Record<string, string>> = {
  a: 'á',
  b: 'ƀ',
  c: 'ç',
  d: 'đ',
  e: 'é',
  g: 'ğ',
  h: 'ħ',
  i: 'í',
  k: 'ķ',
  l: 'ł',
  n: 'ñ',
  o: 'ö',
  r: 'ŕ',
  s: 'š',
  t: 'ŧ',
  u: 'ü',
  w: 'ŵ',
  y: 'ý',
  z: 'ž',
};

/**
 * The texts with accents on their letters, a third longer, in brackets: a text without brackets was not translated, one
 * whose closing bracket is out of sight is cut. Placeholders stay.
 */
export function pseudoTexts<Texts extends Tree>(texts: Texts): Texts {
  const entries = Object.entries(texts).map(([key, value]) => [
    key,
    typeof value === 'string' ? pseudo(value) : pseudoTexts(value),
  ]);
  return Object.fromEntries(entries) as Texts;
}

function pseudo(text: string): string {
  const letters = text
    .split(/(\{\{[^}]*\}\})/u)
    .map((part) =>
      part.startsWith('{{') ? part : part.replace(/[a-z]/gu, (letter) => accents[letter] ?? letter),
    )
    .join('');
  return `⟦${letters}${'·'.repeat(Math.ceil(text.length / 3))}⟧`;
}
