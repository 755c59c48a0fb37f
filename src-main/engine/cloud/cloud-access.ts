import { BackhaulError } from '../../contract/errors.ts';
import type { CloudStatus } from '../../contract/status-shapes.ts';
import {
  issueToken,
  type LocalCloudLease,
  localCloudStatus,
  openLocalCloud,
} from '../local-cloud/service.ts';
import { type CloudSession, openCloudSession } from './cloud-session.ts';
import { type CloudTarget, tokenClaims, tokenLocation } from './cloud-target.ts';

/** The way to the configured cloud. The local cloud is started when it is first needed. */
export interface CloudAccess {
  readonly kind: CloudTarget['kind'];
  /** why the configuration cannot be used at all, null when it can */
  readonly fault: BackhaulError | null;
  /** @throws BackhaulError `unavailable`, `misconfigured`, `unauthorized` */
  open(locationId: string, signal: AbortSignal): Promise<CloudSession>;
  /** Starts the local cloud if it does not run; a hosted one needs nothing. @throws BackhaulError `unavailable` */
  ensure(signal: AbortSignal): Promise<void>;
  /** Asks whether the cloud answers; never starts one. */
  status(): Promise<CloudStatus>;
  /** Stops the local cloud if this process started it. */
  close(): Promise<void>;
}

export interface CloudAccessOptions {
  readonly dataDir: string;
  readonly target: CloudTarget;
  readonly requestTimeoutMs: number;
  readonly now: () => Date;
  /** a long-running engine leaves a cloud alone that someone stopped by hand */
  readonly respectHold: boolean;
}

const localTokenSeconds = 3600;

export function createCloudAccess(options: CloudAccessOptions): CloudAccess {
  return options.target.kind === 'local' ? localAccess(options) : supabaseAccess(options, options.target);
}

function localAccess({ dataDir, requestTimeoutMs, now, respectHold }: CloudAccessOptions): CloudAccess {
  let lease: Promise<LocalCloudLease> | null = null;
  let starting = false;
  const closing = new AbortController();

  async function lend(signal: AbortSignal): Promise<LocalCloudLease> {
    starting = true;
    try {
      const opened = await openLocalCloud(dataDir, {
        signal: AbortSignal.any([signal, closing.signal]),
        respectHold,
      });
      opened.onExit(() => {
        lease = null;
      });
      return opened;
    } finally {
      starting = false;
    }
  }

  async function connect(signal: AbortSignal): Promise<LocalCloudLease> {
    lease ??= lend(signal);
    try {
      return await lease;
    } catch (error) {
      lease = null;
      throw error;
    }
  }

  return {
    kind: 'local',
    fault: null,
    async open(locationId, signal) {
      const { connection } = await connect(signal);
      const token = cachedToken(
        () => issueToken(dataDir, { locationId, readOnly: false, ttlSeconds: localTokenSeconds }),
        now,
      );
      return openCloudSession({
        url: connection.url,
        identity: `local:${connection.projectId}`,
        apiKey: connection.apiKey,
        token,
        requestTimeoutMs,
        now,
      });
    },
    async ensure(signal) {
      await connect(signal);
    },
    async status() {
      const { running, connection } = await localCloudStatus(dataDir);
      return {
        kind: 'local',
        reachable: starting && !running ? null : running,
        url: connection?.url ?? null,
      };
    },
    async close() {
      closing.abort();
      const opened = await lease?.catch(() => null);
      lease = null;
      await opened?.close();
    },
  };
}

/** Renewed five minutes before it expires, and when it is refused. */
function cachedToken(issue: () => Promise<string>, now: () => Date): (renew: boolean) => Promise<string> {
  let token: string | null = null;
  return async (renew) => {
    const expiresMs = Number(token === null ? 0 : (tokenClaims(token)?.exp ?? 0)) * 1000;
    if (renew || token === null || expiresMs < now().getTime() + 300_000) token = await issue();
    return token;
  };
}

function supabaseAccess(
  { requestTimeoutMs, now }: CloudAccessOptions,
  target: Extract<CloudTarget, { kind: 'supabase' }>,
): CloudAccess {
  const identity = `supabase:${target.url}`;
  const session = openCloudSession({
    url: target.url,
    identity,
    apiKey: target.apiKey,
    token: () => Promise.resolve(target.deviceToken),
    requestTimeoutMs,
    now,
  });
  return {
    kind: 'supabase',
    fault: null,
    open(locationId) {
      const speaksFor = tokenLocation(target.deviceToken);
      if (speaksFor !== null && speaksFor !== locationId) {
        const words = `The device token is for the location ${JSON.stringify(speaksFor)}, this box is ${JSON.stringify(locationId)}. Nothing was sent; use this location's token.`;
        return Promise.reject(new BackhaulError('misconfigured', words));
      }
      return Promise.resolve(session);
    },
    ensure: () => Promise.resolve(),
    async status() {
      const reachable = await fetch(`${target.url}/rest/v1/`, {
        method: 'HEAD',
        signal: AbortSignal.timeout(3000),
        redirect: 'error',
      })
        .then((response) => response.status < 500)
        .catch(() => false);
      return { kind: 'supabase', reachable, url: target.url };
    },
    close: () => Promise.resolve(),
  };
}

/** Stands in where the configuration cannot be used: capture goes on, every run refuses with the reason. */
export function refusedAccess(fault: BackhaulError): CloudAccess {
  return {
    kind: 'supabase',
    fault,
    open: () => Promise.reject(fault),
    ensure: () => Promise.reject(fault),
    status: () => Promise.resolve({ kind: 'supabase', reachable: null, url: null }),
    close: () => Promise.resolve(),
  };
}
