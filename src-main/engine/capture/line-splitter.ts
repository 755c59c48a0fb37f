const newline = 0x0a;
const carriageReturn = 0x0d;
const mostKeptBytes = 64 * 1_024;
/** a byte order mark and a CR may be dropped yet */
const trimmableBytes = 4;
const nothing = Buffer.alloc(0);

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
  return new ChunkSplitter(longest);
}

class ChunkSplitter implements LineSplitter {
  readonly #longest: number;
  readonly #keptBytes: number;
  #number = 0;
  /** the line that has begun, with room to grow: pieces of one byte each cost no more than one piece */
  #held = nothing;
  #heldBytes = 0;
  #overflowing = false;

  constructor(longest: number) {
    this.#longest = longest;
    this.#keptBytes = Math.min(mostKeptBytes, longest);
  }

  push(chunk: Buffer, onLine: OnLine): void {
    let from = 0;
    for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, from)) {
      const part = chunk.subarray(from, at);
      from = at + 1;
      if (this.#heldBytes === 0) this.#emit(part, false, onLine);
      else this.#finish(part, onLine);
    }
    if (from < chunk.length) this.#hold(chunk.subarray(from));
  }

  end(onLine: OnLine): void {
    if (this.#heldBytes > 0) this.#finish(nothing, onLine);
  }

  #hold(part: Buffer): void {
    if (this.#overflowing) return;
    const bytes = this.#heldBytes + part.length;
    if (bytes > this.#held.length) {
      const larger = Buffer.allocUnsafe(Math.max(bytes, 2 * this.#held.length));
      this.#held.copy(larger, 0, 0, this.#heldBytes);
      this.#held = larger;
    }
    part.copy(this.#held, this.#heldBytes);
    this.#heldBytes = bytes;
    if (bytes <= this.#longest + trimmableBytes) return;
    this.#heldBytes = this.#keptBytes + trimmableBytes;
    this.#held = Buffer.from(this.#held.subarray(0, this.#heldBytes));
    this.#overflowing = true;
  }

  #finish(last: Buffer, onLine: OnLine): void {
    const cut = this.#overflowing;
    const begun = this.#held.subarray(0, this.#heldBytes);
    this.#held = nothing;
    this.#heldBytes = 0;
    this.#overflowing = false;
    this.#emit(cut ? begun : Buffer.concat([begun, last]), cut, onLine);
  }

  #emit(bytes: Buffer, cut: boolean, onLine: OnLine): void {
    this.#number += 1;
    const line = trimmed(bytes, this.#number === 1, cut);
    if (isBlank(line)) return;
    const tooLong = cut || line.length > this.#longest;
    onLine(tooLong ? Buffer.from(line.subarray(0, this.#keptBytes)) : line, this.#number, tooLong);
  }
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
