import type { SessionVerification, StreamVerification } from '../../contract/verify-shapes.ts';
import type { VerifyOptions } from './verify-options.ts';

/** A stream agrees when each of its sessions, or days, does. */
export function ofSessions(stream: string, sessions: SessionVerification[]): StreamVerification {
  return {
    stream,
    agrees: sessions.every((one) => one.agrees),
    local: sessions.reduce((sum, one) => sum + one.local, 0),
    cloud: sessions.reduce((sum, one) => sum + one.cloud, 0),
    sessions,
  };
}

/** Compares sessions or days page by page; fewer at a time where the cloud had no time for so many. */
export async function inPages(
  names: readonly string[],
  most: number,
  { signal, isTooLarge }: VerifyOptions,
  compare: (page: readonly string[]) => Promise<readonly SessionVerification[]>,
): Promise<SessionVerification[]> {
  const compared: SessionVerification[] = [];
  let size = most;
  for (let from = 0; from < names.length; ) {
    signal.throwIfAborted();
    const page = names.slice(from, from + size);
    try {
      compared.push(...(await compare(page)));
      from += page.length;
    } catch (error) {
      if (page.length === 1 || !isTooLarge(error)) throw error;
      size = Math.ceil(page.length / 4);
    }
  }
  return compared;
}
