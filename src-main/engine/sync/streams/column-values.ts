type LocalValue = string | number | null | undefined;

/** A number, or null where an older file holds text: one odd value must not keep a parent and its children back. */
export function numberOrNull(value: LocalValue): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** A whole number that survives the way, or null. */
export function wholeNumberOrNull(value: LocalValue): number | null {
  return Number.isSafeInteger(value) ? Number(value) : null;
}
