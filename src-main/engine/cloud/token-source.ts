/** Where a session gets its access token from. */
export interface TokenSource {
  /**
   * The access token; `refused` is one that the cloud has just turned away, so that it is renewed once, whoever asks.
   * Where no other can be had the same comes back. @throws CloudError
   */
  get(refused: string | null): Promise<string>;
  /** the token that was last given, null before the first */
  last(): string | null;
  /** the next who asks gets a token made anew */
  forget(): void;
}

/** A token that nobody renews. */
export function fixedToken(token: string): TokenSource {
  return { get: () => Promise.resolve(token), last: () => token, forget() {} };
}

export interface FreshToken {
  readonly token: string;
  readonly lifetimeMs: number;
}

const earlyAtMostMs = 300_000;

/**
 * Keeps one token and renews it some minutes before it expires and when it was refused; who asks meanwhile waits
 * for the same renewal. Expiry is reckoned from when the token came, so a wrong clock does not matter.
 */
export function renewedToken(renew: () => Promise<FreshToken>, now: () => Date): TokenSource {
  let current: string | null = null;
  let renewAtMs = 0;
  let renewal: Promise<string> | null = null;
  let forgotten = 0;

  async function fetchToken(): Promise<string> {
    const asked = forgotten;
    const { token, lifetimeMs } = await renew();
    if (asked !== forgotten) return token;
    current = token;
    renewAtMs = now().getTime() + lifetimeMs - Math.min(earlyAtMostMs, lifetimeMs / 4);
    return token;
  }

  return {
    get(refused) {
      const usable = current !== null && current !== refused && now().getTime() < renewAtMs;
      if (usable && current !== null) return Promise.resolve(current);
      if (renewal !== null) return renewal;
      const own = fetchToken().finally(() => {
        if (renewal === own) renewal = null;
      });
      renewal = own;
      return own;
    },
    last: () => current,
    forget() {
      forgotten += 1;
      current = null;
      renewal = null;
    },
  };
}
