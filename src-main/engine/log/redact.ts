const hidden = '[hidden]';
/** a shorter one would blot out ordinary words */
const shortestSecret = 6;

/** What looks like a secret wherever it stands. */
const shapes: readonly (readonly [RegExp, string])[] = [
  // A JWT, also one that was cut off.
  [/eyJ[\w-]{10,}(?:\.[\w-]*){0,2}/g, hidden],
  [/\b(sb_secret_|sb_publishable_|sbp_)[\w-]+/g, `$1${hidden}`],
  // A password may hold / and @, so that of a database reaches to the last @.
  [/\b(postgres(?:ql)?:\/\/[^\s:@/?#]*):\S+@/gi, `$1:${hidden}@`],
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s:@/?#]*):[^\s@/?#]+@/gi, `$1:${hidden}@`],
  [/\b((?:proxy-)?authorization["']?\s*[:=]\s*["']?(?:bearer|basic)\s+)[^\s"',;]+/gi, `$1${hidden}`],
  [/\b(bearer\s+)[\w.~+/-]{16,}=*/gi, `$1${hidden}`],
  [
    /\b((?:api_?key|password|passwd|pwd|secret|refresh_token|access_token)["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s"',;&)]+)/gi,
    `$1${hidden}`,
  ],
];

/** Takes secrets out of a text: what looks like one, and the ones that are known. */
export function createRedactor(secrets: readonly string[] = []): (text: string) => string {
  const known = [...new Set(secrets.flatMap((secret) => [secret, encodeURIComponent(secret)]))]
    .filter((secret) => secret.length >= shortestSecret)
    .sort((a, b) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const secret of known) clean = clean.replaceAll(secret, hidden);
    for (const [shape, instead] of shapes) clean = clean.replace(shape, instead);
    return clean;
  };
}
