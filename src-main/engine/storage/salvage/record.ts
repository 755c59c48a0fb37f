/** A text whose bytes are no UTF-8: kept as they are. */
export class RawText {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
}

export type StoredValue = null | number | bigint | string | Buffer | RawText;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A record of SQLite (https://sqlite.org/fileformat2.html#record_format); null where its bytes are none. */
export function readRecord(bytes: Buffer): StoredValue[] | null {
  const header = readVarint(bytes, 0, bytes.length);
  if (header === null || typeof header.value === 'bigint' || header.value > bytes.length) return null;
  const values: StoredValue[] = [];
  let typeAt = header.end;
  let at = header.value;
  while (typeAt < header.value) {
    const type = readVarint(bytes, typeAt, header.value);
    if (type === null || typeof type.value === 'bigint') return null;
    typeAt = type.end;
    const length = lengthOf(type.value);
    if (length === null || at + length > bytes.length) return null;
    values.push(readValue(bytes, at, type.value, length));
    at += length;
  }
  return at === bytes.length ? values : null;
}

function lengthOf(type: number): number | null {
  if (type >= 12) return Math.floor((type - 12) / 2);
  return [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, null, null][type] ?? null;
}

function readValue(bytes: Buffer, at: number, type: number, length: number): StoredValue {
  if (type === 0) return null;
  if (type === 8) return 0;
  if (type === 9) return 1;
  if (type === 7) return bytes.readDoubleBE(at);
  if (type === 6) return asNumber(bytes.readBigInt64BE(at));
  if (type < 6) return bytes.readIntBE(at, length);
  const content = bytes.subarray(at, at + length);
  return type % 2 === 0 ? Buffer.from(content) : asText(content);
}

function asText(content: Buffer): string | RawText {
  try {
    return decoder.decode(content);
  } catch {
    return new RawText(Buffer.from(content));
  }
}

/** A variable-length integer; a bigint where it passes what a number holds exactly. Null where it goes beyond `end`. */
export function readVarint(
  bytes: Buffer,
  at: number,
  end: number,
): { readonly value: number | bigint; readonly end: number } | null {
  let small = 0;
  for (let index = 0; index < 4; index += 1) {
    if (at + index >= end) return null;
    const byte = bytes[at + index] ?? 0;
    small = small * 128 + (byte & 127);
    if (byte < 128) return { value: small, end: at + index + 1 };
  }
  let value = BigInt(small);
  for (let index = 4; index < 9; index += 1) {
    if (at + index >= end) return null;
    const byte = bytes[at + index] ?? 0;
    value = index === 8 ? (value << 8n) | BigInt(byte) : (value << 7n) | BigInt(byte & 127);
    if (index === 8 || byte < 128) return { value: asNumber(BigInt.asIntN(64, value)), end: at + index + 1 };
  }
  return null;
}

function asNumber(value: bigint): number | bigint {
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}
