import { BackhaulError } from '../../contract/errors.ts';
import type { CloudStatus } from '../../contract/status-shapes.ts';
import {
  issueToken,
  type LocalCloudLease,
  localCloudStatus,
  openLocalCloud,
} from '../local-cloud/service.ts';
import { fileSecrets, type SecretStore } from '../secrets/service.ts';
import { CloudError } from './cloud-error.ts';
import { localIdentity, projectIdentity } from './cloud-identity.ts';
import { type CloudSession, openCloudSession, unlessAborted } from './cloud-session.ts';
import type { CloudTarget } from './cloud-target.ts';
import { deviceTokens, signInFault } from './device-sign-in.ts';
import { refuseOtherLocation } from './token-claims.ts';
import { renewedToken } from './token-source.ts';

/** The way to the configured cloud. The local cloud is started when it is first needed. */
export interface CloudAccess {
  readonly kind: CloudTarget['kind'];
  /** why the configuration cannot be used at all, null when it can */
  readonly fault: BackhaulError | null;
  /**
   * `locationId` null: whatever the token speaks for; nothing is sent then.
   * @throws BackhaulError `unavailable`, `misconfigured`, `unauthorized`
   */
  open(locationId: string | null, signal: AbortSignal): Promise<CloudSession>;
  /** Starts the local cloud if it does not run; a hosted one needs nothing. @throws BackhaulError `unavailable` */
  ensure(signal: AbortSignal): Promise<void>;
  /** Asks whether the cloud answers; never starts one. */
  status(): Promise<CloudStatus>;
  /** the access token that was last used, to show what it speaks for; null before the first */
  lastToken(): string | null;
  /** Another token was kept: the next request signs in anew. */
  forgetSignIn(): void;
  /** Stops the local cloud if this process started it. */
  close(): Promise<void>;
}

export interface CloudAccessOptions {
  readonly dataDir: string;
  /** where the sign-in of this box is kept; the files of the data directory unless told */
  readonly secrets?: SecretStore;
  readonly target: CloudTarget;
  readonly requestTimeoutMs: number;
  readonly now: () => Date;
  /** a long-running engine leaves a cloud alone that someone stopped by hand */
  readonly respectHold: boolean;
}

const localTokenSeconds = 3600;
const statusWithinMs = 3000;

/** One look says nothing about how long. */
const unwatched = { since: null, clockOffsetMs: null };

export function createCloudAccess(options: CloudAccessOptions): CloudAccess {
  return options.target.kind === 'local' ? localAccess(options) : supabaseAccess(options, options.target);
}

function localAccess({ dataDir, requestTimeoutMs, now, respectHold }: CloudAccessOptions): CloudAccess {
  let lease: Promise<LocalCloudLease> | null = null;
  /** what `lease` has become, for who may not wait */
  let held: LocalCloudLease | null = null;
  let starting = false;
  const closing = new AbortController();

  async function lend(signal: AbortSignal): Promise<LocalCloudLease> {
    starting = true;
    try {
      const opened = await openLocalCloud(dataDir, {
        signal: AbortSignal.any([signal, closing.signal]),
        respectHold,
      });
      held = opened;
      opened.onExit(() => {
        lease = null;
        held = null;
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
      const issue = (): Promise<string> =>
        issueToken(dataDir, {
          locationId: locationId ?? 'none',
          readOnly: false,
          ttlSeconds: localTokenSeconds,
        });
      const tokens = renewedToken(
        async () => ({ token: await issue(), lifetimeMs: localTokenSeconds * 1000 }),
        now,
      );
      await tokens.get(null);
      return openCloudSession({
        url: connection.url,
        identity: localIdentity(connection.projectId),
        apiKey: connection.apiKey,
        tokens,
        requestTimeoutMs,
        now,
      });
    },
    async ensure(signal) {
      await connect(signal);
    },
    async status() {
      // The lease ends with the cloud, so while it is held nobody has to be asked.
      if (held !== null) return { ...unwatched, kind: 'local', reachable: true, url: held.connection.url };
      const { running, connection } = await localCloudStatus(dataDir);
      return {
        ...unwatched,
        kind: 'local',
        reachable: starting && !running ? null : running,
        url: connection?.url ?? null,
      };
    },
    lastToken: () => null,
    forgetSignIn() {},
    async close() {
      closing.abort();
      const opened = await lease?.catch(() => null);
      lease = null;
      held = null;
      await opened?.close();
    },
  };
}

function supabaseAccess(
  { dataDir, requestTimeoutMs, now, secrets = fileSecrets(dataDir) }: CloudAccessOptions,
  target: Extract<CloudTarget, { kind: 'supabase' }>,
): CloudAccess {
  const tokens = deviceTokens({ ...target, secrets, requestTimeoutMs, now });
  const session = openCloudSession({
    url: target.url,
    identity: projectIdentity(target.url),
    apiKey: target.apiKey,
    tokens,
    requestTimeoutMs,
    now,
  });
  let asking: Promise<boolean | null> | null = null;
  return {
    kind: 'supabase',
    // Looked up each time: a sign-in heals an engine that runs.
    get fault() {
      return signInFault(secrets, target.deviceToken);
    },
    async open(locationId, signal) {
      const token = await unlessAborted(tokens.get(null), signal);
      if (locationId !== null) refuseOtherLocation(token, locationId);
      return session;
    },
    ensure: () => Promise.resolve(),
    async status() {
      asking ??= isReachable(session).finally(() => {
        asking = null;
      });
      const reachable = await asking;
      return {
        ...unwatched,
        kind: 'supabase',
        reachable,
        url: target.url,
        clockOffsetMs: session.clockOffsetMs(),
      };
    },
    lastToken: () => tokens.last(),
    forgetSignIn: () => tokens.forget(),
    close: () => Promise.resolve(),
  };
}

/** A cloud that refuses is there all the same; a page of somebody else in its place is not. */
async function isReachable(session: CloudSession): Promise<boolean | null> {
  try {
    await session.probe(AbortSignal.timeout(statusWithinMs));
    return true;
  } catch (error) {
    if (error instanceof CloudError) {
      return !['network', 'timeout', 'server', 'rate_limited'].includes(error.fault.kind);
    }
    return error instanceof BackhaulError ? null : false;
  }
}

/** Stands in where the configuration cannot be used: capture goes on, every run refuses with the reason. */
export function refusedAccess(fault: BackhaulError): CloudAccess {
  return {
    kind: 'supabase',
    fault,
    open: () => Promise.reject(fault),
    ensure: () => Promise.reject(fault),
    status: () => Promise.resolve({ ...unwatched, kind: 'supabase', reachable: null, url: null }),
    lastToken: () => null,
    forgetSignIn() {},
    close: () => Promise.resolve(),
  };
}
