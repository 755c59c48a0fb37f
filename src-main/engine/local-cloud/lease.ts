import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { type ControlAddress, type LeaseConnection, lastHolderLeaves } from './control-client.ts';
import { createLatch } from './latch.ts';
import type { LocalCloudPaths } from './paths.ts';
import { supervisorLockFreed } from './supervisor-lock.ts';
import { supervisorMessageSchema } from './supervisor-message.ts';

/** The right to use the cloud; it does not end by itself while a lease is open. */
export interface Lease {
  /** True where this process started the supervisor. */
  readonly owned: boolean;
  /** Called once if the cloud ends before `close`. */
  onExit(listener: () => void): void;
  /** Gives the lease back; where nobody else needs the cloud, resolves when it has ended. */
  close(): Promise<void>;
}

/** How long a shutdown may take, with PostgreSQL's last checkpoint on a slow disk. */
const shutdownMs = 15_000;

/** The lease of the process that started the supervisor: held by the channel between the two. */
export function leaseOfOwner(child: ChildProcess): Lease {
  let closing = false;
  const over = createLatch();
  child.once('disconnect', over.open);
  child.once('close', over.open);
  return {
    owned: true,
    onExit: (listener) => {
      over.onOpen(() => {
        if (!closing) listener();
      });
    },
    close: async () => {
      if (closing) return;
      closing = true;
      if (!child.connected) return;
      child.ref();
      child.channel?.ref();
      const exited = once(child, 'exit').catch(() => {});
      const stays = await release(child);
      if (child.connected) child.disconnect();
      if (stays) child.unref();
      else await Promise.race([exited, delay(shutdownMs, undefined, { ref: false })]);
    },
  };
}

/** The lease of a process that found the cloud running: held by an open request. */
export function leaseOfGuest(
  connection: LeaseConnection,
  address: ControlAddress,
  paths: LocalCloudPaths,
): Lease {
  let closing = false;
  return {
    owned: false,
    onExit: (listener) => {
      connection.onLost(() => {
        if (!closing) listener();
      });
    },
    close: async () => {
      if (closing) return;
      closing = true;
      const ends = await lastHolderLeaves(address);
      connection.end();
      if (ends) await supervisorLockFreed(paths.lock, shutdownMs);
    },
  };
}

/** Whether the supervisor stays for others. A supervisor that does not answer is on its way out. */
function release(child: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    child.on('message', (message) => {
      const parsed = supervisorMessageSchema.safeParse(message);
      if (parsed.success && parsed.data.kind === 'released') resolve(parsed.data.stays);
    });
    child.once('disconnect', () => resolve(false));
    child.send('release', (error) => {
      if (error !== null) resolve(false);
    });
  });
}
