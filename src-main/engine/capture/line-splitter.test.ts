import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLineSplitter } from './line-splitter.ts';

interface Line {
  readonly text: string;
  readonly number: number;
  readonly tooLong: boolean;
}

function split(chunks: readonly Buffer[], longest?: number): Line[] {
  const splitter = createLineSplitter(longest);
  const lines: Line[] = [];
  const onLine = (line: Buffer, number: number, tooLong: boolean) =>
    lines.push({ text: line.toString(), number, tooLong });
  for (const chunk of chunks) splitter.push(chunk, onLine);
  splitter.end(onLine);
  return lines;
}

const splitText = (text: string, longest?: number) => split([Buffer.from(text)], longest);

describe('the line splitter', () => {
  test('cuts anywhere without a difference', () => {
    const part = fc.constantFrom('a', '{"x":1}', '\n', '\r\n', '\r', ' ', '中文', '\uFEFF');
    fc.assert(
      fc.property(fc.array(part), fc.array(fc.nat(40)), (parts, cuts) => {
        const whole = Buffer.from(parts.join(''));
        const chunks: Buffer[] = [];
        let from = 0;
        for (const cut of cuts) {
          chunks.push(whole.subarray(from, from + cut));
          from += cut;
        }
        chunks.push(whole.subarray(from));
        expect(split(chunks, 12)).toEqual(split([whole], 12));
      }),
    );
  });

  test('numbers the lines of the file, drops blank ones, and takes a last line without its end', () => {
    expect(splitText('a\n\n \t\r\nb\r\nc')).toEqual([
      { text: 'a', number: 1, tooLong: false },
      { text: 'b', number: 4, tooLong: false },
      { text: 'c', number: 5, tooLong: false },
    ]);
    expect(splitText('a\n')).toHaveLength(1);
    expect(splitText('')).toEqual([]);
  });

  test('passes over a byte order mark at the start only', () => {
    expect(splitText('\uFEFFa\n\uFEFFb').map((line) => line.text)).toEqual(['a', '\uFEFFb']);
    expect(split([Buffer.from([0xef]), Buffer.from([0xbb, 0xbf, 0x61])])[0]?.text).toBe('a');
  });

  test('takes a line of the longest length and cuts one that is a byte longer', () => {
    const lines = splitText(`${'x'.repeat(10)}\r\n${'y'.repeat(11)}\nz\n`, 10);
    expect(lines.map((line) => [line.number, line.tooLong])).toEqual([
      [1, false],
      [2, true],
      [3, false],
    ]);
  });

  test('of an endless line 64 KiB are kept, and the line after it is read', () => {
    const splitter = createLineSplitter();
    const lines: Buffer[] = [];
    const block = Buffer.alloc(1_000_000, 'x');
    for (let i = 0; i < 300; i += 1) splitter.push(block, (line) => lines.push(line));
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 300; i += 1) splitter.push(block, (line) => lines.push(line));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(5_000_000);
    splitter.push(Buffer.from('\nnext\n'), (line) => lines.push(line));
    expect(lines.map((line) => line.length)).toEqual([65_536, 4]);
  });

  test('holds a long line that comes byte by byte in little more than its own length', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const inUse = (): number => {
      collect();
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    };
    const splitter = createLineSplitter();
    const before = inUse();
    for (let byte = 0; byte < 200_000; byte += 1) splitter.push(Buffer.from('x'), () => {});
    expect(inUse() - before).toBeLessThan(4_000_000);
    const lines: number[] = [];
    splitter.push(Buffer.from('\n'), (line) => lines.push(line.length));
    expect(lines).toEqual([200_000]);
  });
});
