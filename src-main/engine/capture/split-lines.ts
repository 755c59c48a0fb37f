import type { Readable } from 'node:stream';
import { createLineSplitter } from './line-splitter.ts';

export interface NumberedLine {
  readonly bytes: Buffer;
  /** from 1, blank lines counted */
  readonly number: number;
  /** longer than a line may be; `bytes` is its beginning */
  readonly tooLong: boolean;
}

/** The lines of a stream as the bridge reads them (SPEC 4.1): no line ends, no blank lines. */
export async function* splitLines(input: Readable): AsyncGenerator<NumberedLine> {
  const splitter = createLineSplitter();
  let lines: NumberedLine[] = [];
  const keep = (bytes: Buffer, number: number, tooLong: boolean) => lines.push({ bytes, number, tooLong });
  for await (const chunk of input) {
    splitter.push(typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Buffer), keep);
    yield* lines;
    lines = [];
  }
  splitter.end(keep);
  yield* lines;
}
