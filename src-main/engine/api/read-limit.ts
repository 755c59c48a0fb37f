import type { Refusal } from './refusal.ts';

/** Ten thousand rows would keep the engine from acknowledging for a tenth of a second, as often as anyone asks. */
const most = 1000;

export type ReadLimit = { readonly limit: number } | { readonly refusal: Refusal };

/** Reads `?limit=`: a whole number from 1 on, given once; without it the usual one. */
export function readLimit(query: URLSearchParams, usual: number): ReadLimit {
  const given = query.getAll('limit');
  if (given.length === 0) return { limit: usual };
  const [text = ''] = given;
  if (given.length > 1) return { refusal: refusal(`it is given ${given.length} times`) };
  if (text === '') return { refusal: refusal('it is empty') };
  if (!/^[1-9]\d*$/.test(text)) return { refusal: refusal(`${shown(text)} is not one`) };
  const value = Number(text);
  if (value > most) return { refusal: refusal(`${shown(text)} is too many`) };
  return { limit: value };
}

function refusal(reason: string): Refusal {
  const message = `limit must be a whole number from 1 to ${most}: ${reason}.`;
  return { status: 400, code: 'invalid_input', place: 'query limit', message };
}

function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
