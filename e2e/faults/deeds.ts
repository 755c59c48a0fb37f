import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { AttachedEngine } from '../../src-main/engine/rpc/attach.ts';
import type { RunningCommand } from '../support/command-line.ts';
import { fillWith } from '../support/small-disk.ts';
import type { Act } from './plan.ts';
import type { Producer } from './producer.ts';
import type { Store } from './store.ts';

const run = promisify(execFile);

/** Who takes part in a deed. */
export interface Stage {
  readonly store: Store;
  readonly process: RunningCommand;
  readonly engine: AttachedEngine;
  readonly producer: Producer;
}

/** Does what the plan says, at its time; what an engine answers in such times is its own affair. */
export async function act(acts: readonly Act[], stage: Stage): Promise<void> {
  await Promise.all(
    acts.map(async (one) => {
      await delay(one.atMs);
      await doIt(one, stage);
    }),
  );
}

async function doIt(one: Act, { store, process, engine, producer }: Stage): Promise<void> {
  switch (one.deed) {
    case 'sync':
      return await store.sync(engine);
    case 'hourly sync':
      return await quietly(engine.call('sync.start', { mode: 'hourly' }));
    case 'cancel':
      return await quietly(engine.call('sync.cancel', {}));
    case 'verify':
      return await quietly(engine.call('verify.run', {}));
    case 'clean up':
      return await quietly(engine.call('cleanup.run', { olderThanHours: 0 }));
    case 'status':
      return await quietly(engine.call('status.get', {}));
    case 'cut producer':
      return producer.cut();
    case 'other writer':
      return await store.writeFromOutside(one.amount);
    case 'kill gateway':
      return await store.cloud.kill('gateway');
    case 'kill database':
      return await store.cloud.kill('database');
    case 'fill disk':
      return store.smallDisk ? await fillDisk(store.dataDir, one.amount) : undefined;
    case 'make read-only':
      return await store.readOnly.during(one.amount);
    case 'move clock':
      return store.clock.set(one.amount);
    case 'freeze':
      process.kill('SIGSTOP');
      await delay(one.amount);
      return process.kill('SIGCONT');
  }
}

async function quietly(work: Promise<unknown>): Promise<void> {
  await work.catch(() => undefined);
}

/** Takes every byte that is left, for a while. */
async function fillDisk(dataDir: string, forMs: number): Promise<void> {
  const path = join(dataDir, 'filler');
  fillWith(path);
  await delay(forMs);
  rmSync(path, { force: true });
}

/** A disk of its own in memory, small enough to be filled. */
export async function mountSmallDisk(path: string): Promise<void> {
  await run('mount', ['-t', 'tmpfs', '-o', 'size=12m,mode=0700', 'tmpfs', path]);
}

export async function unmount(path: string): Promise<void> {
  await run('umount', ['-l', path]);
}

/** The clock of a process: hours beside the true one, moved while it runs. */
export interface FaultyClock {
  readonly env: Readonly<Record<string, string>>;
  set(hours: number): void;
}

/** By libfaketime, which reads the hours from a file at every look. */
export function faultyClock(library: string, file: string): FaultyClock {
  const set = (hours: number): void => writeFileSync(file, `${hours < 0 ? '-' : '+'}${Math.abs(hours)}h\n`);
  set(0);
  return {
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    set,
  };
}
