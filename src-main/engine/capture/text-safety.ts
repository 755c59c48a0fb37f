/** How deep objects and arrays may lie in each other, the outermost counted. */
export const deepestNesting = 32;

export type SafetyFault = 'too_deep' | 'nul_character' | 'unpaired_surrogate';

/**
 * Looks through a parsed value for what databases cannot store: nesting beyond the limit and, when `texts` is
 * set, NUL and unpaired surrogates in keys and texts. Only an escape (`\u`) can bring those into valid UTF-8
 * JSON, so `texts` may be left off for lines without one. Walks without recursion.
 */
export function faultIn(value: object, texts: boolean): SafetyFault | null {
  const nodes: object[] = [value];
  const depths: number[] = [1];
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    const depth = depths.pop() ?? 1;
    if (depth > deepestNesting) return 'too_deep';
    const keys = Array.isArray(node) ? [] : Object.keys(node);
    const inner: readonly unknown[] = Array.isArray(node) ? node : Object.values(node);
    const fault = texts ? (textFault(keys) ?? textFault(inner)) : null;
    if (fault !== null) return fault;
    for (const item of inner) {
      if (typeof item !== 'object' || item === null) continue;
      nodes.push(item);
      depths.push(depth + 1);
    }
  }
  return null;
}

function textFault(items: readonly unknown[]): SafetyFault | null {
  for (const item of items) {
    if (typeof item !== 'string') continue;
    if (item.includes('\0')) return 'nul_character';
    if (/\p{Surrogate}/u.test(item)) return 'unpaired_surrogate';
  }
  return null;
}
