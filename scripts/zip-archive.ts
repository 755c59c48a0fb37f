import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, join, normalize, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';

/** One file or folder of a zip archive. */
export interface ZipEntry {
  readonly name: string;
  readonly mode: number;
  readonly method: 'stored' | 'deflated';
  readonly compressedSize: number;
  readonly size: number;
  readonly headerOffset: number;
}

const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;
const localHeader = 0x04034b50;

/** Reads the directory of a zip file below 4 GB. */
export async function readZipEntries(path: string): Promise<readonly ZipEntry[]> {
  const file = await open(path, 'r');
  try {
    const { offset, size } = await findDirectory(file);
    const directory = await readAt(file, offset, size);
    const entries: ZipEntry[] = [];
    for (let at = 0; at < directory.length && directory.readUInt32LE(at) === directoryEntry; ) {
      const nameLength = directory.readUInt16LE(at + 28);
      entries.push(parseEntry(directory, at, nameLength));
      at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
    }
    return entries;
  } finally {
    await file.close();
  }
}

function parseEntry(directory: Buffer, at: number, nameLength: number): ZipEntry {
  const method = directory.readUInt16LE(at + 10);
  if (method !== 0 && method !== 8) throw new Error(`zip: compression method ${method} is not supported`);
  return {
    name: directory.toString('utf8', at + 46, at + 46 + nameLength),
    mode: (directory.readUInt32LE(at + 38) >>> 16) & 0o777,
    method: method === 0 ? 'stored' : 'deflated',
    compressedSize: directory.readUInt32LE(at + 20),
    size: directory.readUInt32LE(at + 24),
    headerOffset: directory.readUInt32LE(at + 42),
  };
}

async function findDirectory(file: FileHandle): Promise<{ offset: number; size: number }> {
  const { size } = await file.stat();
  const tailLength = Math.min(size, 65_557);
  const tail = await readAt(file, size - tailLength, tailLength);
  for (let at = tail.length - 22; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== endOfDirectory) continue;
    return { size: tail.readUInt32LE(at + 12), offset: tail.readUInt32LE(at + 16) };
  }
  throw new Error('zip: no directory found, the file is damaged or cut short');
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  if (bytesRead !== length) throw new Error('zip: the file is cut short');
  return buffer;
}

/**
 * Writes one entry below `folder` under `target` (a relative path), with the mode it has in the archive.
 * A target that would leave the folder is refused.
 */
export async function extractZipEntry(
  path: string,
  entry: ZipEntry,
  folder: string,
  target: string,
): Promise<void> {
  const destination = normalize(join(folder, target));
  if (!destination.startsWith(folder + sep)) throw new Error(`zip: ${entry.name} leads out of its folder`);
  if (entry.name.endsWith('/')) {
    await mkdir(destination, { recursive: true });
    return;
  }
  await mkdir(dirname(destination), { recursive: true });
  const start = await dataOffset(path, entry);
  const compressed = createReadStream(path, { start, end: start + entry.compressedSize - 1 });
  const out = createWriteStream(destination);
  if (entry.size === 0) out.end();
  else if (entry.method === 'stored') await pipeline(compressed, out);
  else await pipeline(compressed, createInflateRaw(), out);
  await chmod(destination, entry.mode);
}

async function dataOffset(path: string, entry: ZipEntry): Promise<number> {
  const file = await open(path, 'r');
  try {
    const header = await readAt(file, entry.headerOffset, 30);
    if (header.readUInt32LE(0) !== localHeader) throw new Error(`zip: ${entry.name} has no header`);
    return entry.headerOffset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  } finally {
    await file.close();
  }
}
