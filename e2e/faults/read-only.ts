import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { databaseFileName } from '../../src-main/engine/storage/service.ts';

const run = promisify(execFile);

/** The database as files that nobody can write, not even who has them open. */
export interface ReadOnlyFiles {
  /** Says so for a while; where the disk knows no such thing, or for another user than root, nothing happens. */
  during(milliseconds: number): Promise<void>;
  /** At once writable again. */
  end(): Promise<void>;
}

/** By the attribute `immutable`: a mode or a mount would leave those alone who have the file open. */
export function readOnlyFiles(dataDir: string): ReadOnlyFiles {
  const files = (): string[] =>
    readdirSync(dataDir)
      .filter((name) => name === databaseFileName || name === `${databaseFileName}-wal`)
      .map((name) => join(dataDir, name));
  let attributed: string[] = [];
  const end = async (): Promise<void> => {
    const these = attributed;
    attributed = [];
    if (these.length > 0) await run('chattr', ['-f', '-i', ...these]).catch(() => undefined);
  };
  return {
    async during(milliseconds) {
      attributed = files();
      if (attributed.length > 0) await run('chattr', ['-f', '+i', ...attributed]).catch(() => undefined);
      await delay(milliseconds);
      await end();
    },
    end,
  };
}
