import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { critical, type Finding, fine, sizeText } from '../finding.ts';
import type { Patient } from '../patient.ts';

const leastShare = 0.05;
/** SQLite needs this much at least for one more transaction */
const fullBelowBytes = 1024 * 1024;
const fullBelowFiles = 16;

const safe = 'What was acknowledged is safe';
const advice =
  'Free some space on this disk (df -h, du -xh); Backhaul goes on by itself as soon as there is room.';

/** Free space and free files of the disk that the data directory lies on (SPEC 6). */
export async function disk({ dataDir }: Patient): Promise<readonly Finding[]> {
  const { bavail, blocks, bsize, ffree, files } = await statfs(await nearest(dataDir));
  const free = bavail * bsize;
  const findings = [...space(free, blocks * bsize), ...fileSlots(ffree, files)];
  if (findings.length > 0) return findings;
  return [fine(`${sizeText(free)} of ${sizeText(blocks * bsize)} are free.`)];
}

function space(free: number, total: number): readonly Finding[] {
  if (total === 0 || free >= total * leastShare) return [];
  if (free < fullBelowBytes) {
    return [
      critical(
        `The disk is full (${sizeText(free)} of ${sizeText(total)} free). No new record can be stored, so none is acknowledged and the detector waits. ${safe}.`,
        advice,
      ),
    ];
  }
  return [
    critical(
      `The disk is nearly full: ${sizeText(free)} of ${sizeText(total)} are free, less than 5 %. ${safe}, but soon no new record can be stored.`,
      advice,
    ),
  ];
}

/** Some file systems count files as well; those that do not say 0. */
function fileSlots(free: number, total: number): readonly Finding[] {
  if (total === 0 || free >= total * leastShare) return [];
  const full = free < fullBelowFiles;
  return [
    critical(
      `The disk has room for ${full ? 'no' : `only ${free}`} more files (inodes), of ${total}. ${safe}; ${full ? 'no new record can be stored, since the database needs a journal file' : 'soon no new record can be stored'}.`,
      'Remove folders with very many small files (df -i, du --inodes -x); space alone does not help.',
    ),
  ];
}

async function nearest(path: string): Promise<string> {
  const there = await stat(path).then(
    () => true,
    () => false,
  );
  return there || dirname(path) === path ? path : nearest(dirname(path));
}
