import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';

/** A display for windows, and how to end it. */
export interface Display {
  readonly name: string;
  close(): Promise<void>;
}

const startMs = 20_000;

/**
 * A virtual display of this process's own, on a number that the server chooses; it dies with this process.
 * Tests use it even beside a real display, so that their windows have one known size.
 */
export async function openVirtualDisplay(size = '1600x1000'): Promise<Display> {
  const server = ['Xvfb', '-displayfd', '3', '-screen', '0', `${size}x24`, '-nolisten', 'tcp', '-noreset'];
  const [program = '', ...rest] = existsSync('/usr/bin/setpriv')
    ? ['/usr/bin/setpriv', '--pdeathsig', 'TERM', ...server]
    : server;
  const child = spawn(program, rest, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let complaints = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaints = (complaints + chunk.toString('utf8')).slice(-2_000);
  });
  const number = await new Promise<string>((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`the virtual display did not start: ${why}`));
    const timer = setTimeout(() => fail('no answer'), startMs);
    child.once('error', (error) => fail(error.message));
    child.once('close', () => fail(complaints.trim() || 'it ended'));
    (child.stdio[3] as Readable).once('data', (chunk: Buffer) => {
      clearTimeout(timer);
      resolve(chunk.toString('utf8').trim());
    });
  });
  return {
    name: `:${number}`,
    close: async () => {
      child.kill('SIGTERM');
      await closed;
    },
  };
}
