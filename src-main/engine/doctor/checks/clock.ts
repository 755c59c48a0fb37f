import { statSync } from 'node:fs';
import { factsOf } from '../database-look.ts';
import { critical, type Finding, fine, warning } from '../finding.ts';
import type { Patient } from '../patient.ts';

const toleranceMs = 60_000;
const futureMs = 300_000;
/** no computer that runs this version has seen an earlier year */
const firstYear = 2025;
const setIt = 'Set the clock: timedatectl set-ntp true, or date -s where there is no network.';

/** Whether the clock of this box can be right, by itself, by its files and by the cloud. */
export async function clock(patient: Patient): Promise<readonly Finding[]> {
  const now = patient.now();
  if (now.getUTCFullYear() < firstYear) {
    return [
      critical(
        `The clock of this computer says ${now.toISOString()}, which cannot be: perhaps its battery is empty. Records get wrong times, and no secure connection can be made. Nothing is lost.`,
        setIt,
      ),
    ];
  }
  const [cloud, future] = await Promise.all([againstCloud(patient), newestFuture(patient, now)]);
  const findings = [...cloud, ...future];
  return findings.length > 0 ? findings : [fine(`The clock says ${now.toISOString()}.`)];
}

async function againstCloud(patient: Patient): Promise<readonly Finding[]> {
  const answer = await patient.cloud();
  const offset = answer?.kind === 'answer' ? answer.clockOffsetMs : null;
  if (offset === null || Math.abs(offset) <= toleranceMs) return [];
  const side = offset > 0 ? 'slow' : 'fast';
  return [
    warning(
      `The clock of this computer is ${durationText(Math.abs(offset))} ${side} against the cloud's. Records get wrong times, and the cloud may refuse the device token. Nothing is lost.`,
      setIt,
    ),
  ];
}

/** Something was written "later" than now: the clock was ahead then, or is behind now. */
async function newestFuture(patient: Patient, now: Date): Promise<readonly Finding[]> {
  if (patient.isClosed) return [];
  const fileMs = statSync(patient.databasePath, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const newest = factsOf(await patient.database())?.newestRow ?? '';
  const rowMs = Date.parse(`${newest.replace(' ', 'T')}Z`);
  const aheadMs = Math.max(fileMs, Number.isFinite(rowMs) ? rowMs : 0) - now.getTime();
  if (aheadMs <= futureMs) return [];
  return [
    warning(
      `The database was last written ${durationText(aheadMs)} in the future: the clock was ahead then, or is behind now. Such records are taken for new until that time; nothing is lost.`,
      `Compare the clock with another one. ${setIt}`,
    ),
  ];
}

function durationText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
