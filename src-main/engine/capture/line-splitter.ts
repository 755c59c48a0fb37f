const newline = 0x0a;
const carriageReturn = 0x0d;
const mostKeptBytes = 64 * 1_024;
/** a byte order mark and a CR may be dropped yet */
const trimmableBytes = 4;

/** SPEC 4.1: longer lines are refused and kept in part. */
export const longestLineBytes = 1_000_000;

/** One line without its line end. `number` counts from 1 and counts blank lines too. */
export type OnLine = (line: Buffer, number: number, tooLong: boolean) => void;

/** Cuts a byte stream into lines. */
export interface LineSplitter {
  /** `line` may share memory with the chunk. */
  push(chunk: Buffer, onLine: OnLine): void;
  /** The last line, when no line end followed it. */
  end(onLine: OnLine): void;
}

/**
 * Splits at LF, drops a CR before it, a byte order mark at the start and blank lines. Of a line beyond the limit
 * the first 64 KiB are handed on with `tooLong`, the rest is let go as it comes.
 */
export function createLineSplitter(longest: number = longestLineBytes): LineSplitter {
  const keptBytes = Math.min(mostKeptBytes, longest);
  let number = 0;
  let held: Buffer[] = [];
  let heldBytes = 0;
  let overflowing = false;

  function hold(part: Buffer): void {
    heldBytes += part.length;
    if (overflowing || part.length === 0) return;
    held.push(part);
    if (heldBytes <= longest + trimmableBytes) return;
    held = [Buffer.from(Buffer.concat(held).subarray(0, keptBytes + trimmableBytes))];
    overflowing = true;
  }

  function finish(last: Buffer, onLine: OnLine): void {
    hold(last);
    const whole = held.length === 1 && held[0] !== undefined ? held[0] : Buffer.concat(held);
    const tooLong = overflowing;
    held = [];
    heldBytes = 0;
    overflowing = false;
    emit(whole, tooLong, onLine);
  }

  function emit(bytes: Buffer, cut: boolean, onLine: OnLine): void {
    number += 1;
    const line = trimmed(bytes, number === 1, cut);
    if (isBlank(line)) return;
    const tooLong = cut || line.length > longest;
    onLine(tooLong ? Buffer.from(line.subarray(0, keptBytes)) : line, number, tooLong);
  }

  return {
    push(chunk, onLine) {
      let from = 0;
      for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, from)) {
        const part = chunk.subarray(from, at);
        from = at + 1;
        if (heldBytes === 0) emit(part, false, onLine);
        else finish(part, onLine);
      }
      if (from < chunk.length) hold(chunk.subarray(from));
    },
    end(onLine) {
      if (heldBytes > 0) finish(Buffer.alloc(0), onLine);
    },
  };
}

function trimmed(bytes: Buffer, first: boolean, cut: boolean): Buffer {
  const start = first && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const end = !cut && bytes[bytes.length - 1] === carriageReturn ? bytes.length - 1 : bytes.length;
  return start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end);
}

function isBlank(line: Buffer): boolean {
  for (const byte of line) if (byte !== 0x20 && byte !== 0x09 && byte !== carriageReturn) return false;
  return true;
}
