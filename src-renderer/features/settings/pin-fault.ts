interface TypedPins {
  readonly current: string;
  readonly pin: string;
  readonly again: string;
}

/** What is wrong with what was typed, before it is sent; null where nothing is. */
export function pinFault(
  { current, pin, again }: TypedPins,
  pinSet: boolean,
): { readonly field: 'current' | 'pin' | 'again' } | null {
  if (pinSet && !isPin(current)) return { field: 'current' };
  if (!isPin(pin)) return { field: 'pin' };
  return pin === again ? null : { field: 'again' };
}

function isPin(text: string): boolean {
  return /^\d{4,12}$/u.test(text);
}
