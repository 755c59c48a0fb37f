import { BackhaulError } from '../../contract/errors.ts';
import type { Connection, Storage } from '../storage/service.ts';

/** Writes that a full or read-only disk must not keep a run from ending for. */
export interface LateWrites {
  /** Writes now, else as soon as the disk takes it, in order; resolves after the first try. */
  write(work: (db: Connection) => void): Promise<void>;
  /** Tries once more and gives up: what is missing is found at the next start. */
  close(): Promise<void>;
}

const againAfterMs = 1000;

export function createLateWrites(storage: Storage): LateWrites {
  const waiting: ((db: Connection) => void)[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | null = null;

  async function writeAll(): Promise<void> {
    for (let work = waiting[0]; work !== undefined; work = waiting[0]) {
      await storage.transaction(work);
      waiting.shift();
    }
  }

  /** One after the other, whoever asks. */
  async function tryAll(): Promise<void> {
    clearTimeout(timer);
    writing ??= writeAll().finally(() => {
      writing = null;
    });
    try {
      await writing;
    } catch (error) {
      if (!isDisk(error)) {
        waiting.shift();
        throw error;
      }
      timer = setTimeout(() => void tryAll().catch(() => undefined), againAfterMs);
      timer.unref();
    }
  }

  return {
    write(work) {
      waiting.push(work);
      return tryAll();
    },
    async close() {
      if (waiting.length > 0) await tryAll().catch(() => undefined);
      clearTimeout(timer);
    },
  };
}

function isDisk(error: unknown): boolean {
  return error instanceof BackhaulError && error.code === 'storage';
}
