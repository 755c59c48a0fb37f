import type { Readable } from 'node:stream';

const pieceBytes = 64 * 1_024;

/**
 * Reads a stream to its end, or until `signal` says so, in pieces of at most 64 KiB. While `take` has answered with
 * a promise nothing more is read. Resolves with the error that ended the stream, null for a proper end.
 */
export function readChunks(
  input: Readable,
  take: (piece: Buffer) => Promise<void> | undefined,
  signal: AbortSignal,
): Promise<Error | null> {
  return new Promise((resolve) => {
    let error: Error | null = null;
    let busy: Promise<void> | null = null;
    let over = false;
    const finish = () => {
      if (over) return;
      over = true;
      input.off('data', onData).off('end', finish).off('close', finish);
      signal.removeEventListener('abort', finish);
      input.pause();
      void Promise.resolve(busy).then(() => resolve(error));
    };
    const onData = (chunk: Buffer | string) => {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      const work = takePieces(bytes, take);
      if (work === undefined) return;
      input.pause();
      busy = work.finally(() => {
        busy = null;
        if (!over) input.resume();
      });
    };
    input.on('error', (cause: Error) => {
      error = cause;
      finish();
    });
    if (signal.aborted || input.readableEnded || input.destroyed) return finish();
    signal.addEventListener('abort', finish);
    input.on('end', finish).on('close', finish).on('data', onData);
  });
}

/** Undefined when all pieces were taken at once. */
function takePieces(
  bytes: Buffer,
  take: (piece: Buffer) => Promise<void> | undefined,
): Promise<void> | undefined {
  for (let from = 0; from < bytes.length; from += pieceBytes) {
    const wait = take(bytes.subarray(from, from + pieceBytes));
    const rest = bytes.subarray(from + pieceBytes);
    if (wait !== undefined) return wait.then(() => takePieces(rest, take));
  }
  return undefined;
}
