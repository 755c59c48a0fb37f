import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { temporaryFolder } from '../../e2e/support/temporary-folder.ts';
import { median } from './rounds.ts';

/** What the figures belong to; the load says how much else went on when they were begun. */
export interface Machine {
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGb: number;
    readonly os: string;
    readonly loadAverage: number;
    /** appending 4 KiB and having it on the disk, milliseconds: what every commit pays at least once */
    readonly diskSyncMs: number;
  };
  readonly runtime: { readonly node: string; readonly v8: string; readonly sqlite: string };
}

export function describeMachine(): Machine {
  const cores = cpus();
  const db = new Database(':memory:');
  const { version } = db.prepare('SELECT sqlite_version() AS version').get() as { version: string };
  db.close();
  return {
    machine: {
      cpu: cores[0]?.model ?? 'unknown',
      cores: cores.length,
      memoryGb: Math.round(totalmem() / 2 ** 30),
      os: `${type()} ${release()} ${process.arch}`,
      loadAverage: Math.round((loadavg()[0] ?? 0) * 10) / 10,
      diskSyncMs: Number(diskSyncMs().toFixed(3)),
    },
    runtime: { node: process.versions.node, v8: process.versions.v8, sqlite: version },
  };
}

/** One line for people. */
export function machineText({ machine, runtime }: Machine): string {
  const { cpu, cores, memoryGb, os, loadAverage, diskSyncMs } = machine;
  return `${cpu}, ${cores} cores, ${memoryGb} GB, ${os}; Node ${runtime.node}, SQLite ${runtime.sqlite}
load at the start ${loadAverage}; a synced write of 4 KiB takes ${diskSyncMs} ms on this disk`;
}

function diskSyncMs(): number {
  const folder = temporaryFolder('bench-disk');
  const file = openSync(join(folder.path, 'file'), 'w');
  const block = Buffer.alloc(4096, 1);
  const times: number[] = [];
  for (let write = 0; write < 100; write += 1) {
    const began = performance.now();
    writeSync(file, block);
    fsyncSync(file);
    times.push(performance.now() - began);
  }
  closeSync(file);
  folder.remove();
  return median(times);
}
