import { claimedMs } from './token-claims.ts';

/** Beyond this a clock counts as wrong (SPEC 6). */
export const clockToleranceMs = 60_000;

/** What the answers of a server say about the clock of this box. */
export interface ServerClock {
  note(response: Response): void;
  /** server minus box, milliseconds, good to about a second; null before the first answer with a date */
  offsetMs(): number | null;
}

export function createServerClock(now: () => Date): ServerClock {
  let offset: number | null = null;
  return {
    note(response) {
      const serverMs = Date.parse(response.headers.get('date') ?? '');
      // The header has whole seconds, cut off.
      if (Number.isFinite(serverMs)) offset = serverMs + 500 - now().getTime();
    },
    offsetMs: () => offset,
  };
}

/**
 * Why a token was refused that is good by the clock of this box: a sentence, null where the clock is not to blame.
 */
export function clockBlame(token: string, offsetMs: number | null, now: Date): string | null {
  if (offsetMs === null || Math.abs(offsetMs) <= clockToleranceMs) return null;
  const isGood = (atMs: number): boolean =>
    (claimedMs(token, 'exp') ?? Number.POSITIVE_INFINITY) > atMs &&
    Math.max(claimedMs(token, 'iat') ?? 0, claimedMs(token, 'nbf') ?? 0) <= atMs + 30_000;
  if (!isGood(now.getTime()) || isGood(now.getTime() + offsetMs)) return null;
  const side = offsetMs > 0 ? 'behind' : 'ahead';
  return `The cloud refuses a device token that is good by the clock of this box, and the clock of this box is off by ${duration(Math.abs(offsetMs))} (it is ${side}). Nothing is lost, the records wait here; set the clock (timedatectl set-ntp true), then give the box a new token if it is still refused.`;
}

function duration(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
