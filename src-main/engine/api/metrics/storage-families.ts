import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Family, gauge } from './exposition.ts';

export interface StoragePorts {
  /** of the database file */
  readonly path: string;
  /** why nothing can be written now, null when it can */
  readonly waitsFor: () => string | null;
  /** damaged files that were set aside */
  readonly damagedFiles: () => number;
}

export async function storageFamilies({
  path,
  waitsFor,
  damagedFiles,
}: StoragePorts): Promise<readonly Family[]> {
  const [file, journal, disk] = await Promise.all([
    sizeOf(path),
    sizeOf(`${path}-wal`),
    statfs(dirname(path)).catch(() => null),
  ]);
  return [
    gauge('backhaul_storage_database_bytes', 'Size of the database file.', file),
    gauge('backhaul_storage_wal_bytes', 'Size of its write-ahead log.', journal),
    gauge(
      'backhaul_storage_disk_free_bytes',
      'What the disk of the database has left for the engine.',
      disk === null ? null : disk.bavail * disk.bsize,
    ),
    gauge(
      'backhaul_storage_disk_size_bytes',
      'Size of the disk of the database.',
      disk === null ? null : disk.blocks * disk.bsize,
    ),
    gauge('backhaul_storage_damaged_files', 'Damaged database files that were set aside.', damagedFiles()),
    gauge('backhaul_storage_writable', 'Whether the database can be written now.', waitsFor() === null),
  ];
}

/** 0 where there is none. */
async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0;
}
