import type { DatabaseLook } from '../database-look.ts';
import { critical, type Finding, warning } from '../finding.ts';

/** Why a database cannot be opened, and what to do with it. */
export function unreadable(
  path: string,
  { code, reason }: Extract<DatabaseLook, { state: 'unreadable' }>,
  backups: readonly string[],
): Finding {
  if (code === 'SQLITE_NOTADB') {
    return critical(
      `${path} is no SQLite database: something else was written over it. No record can be stored or sent.`,
      setAside(backups),
    );
  }
  if (code === 'SQLITE_CORRUPT') {
    return critical(
      `${path} is damaged (${reason}). Part of the records in it cannot be read any more.`,
      setAside(backups),
    );
  }
  if (code === 'late') {
    return warning(
      `${path} could not be read in the time of this command (${reason}): it is very large, or its disk is slow. That says nothing about the records.`,
      'Try again when less goes on; see "damage" and "disk".',
    );
  }
  if (code === 'SQLITE_BUSY') {
    return critical(
      `${path} is held by another program and could not be read. Nothing is lost, but no record can be stored meanwhile.`,
      'End the program that holds it; "database-lock" names it where the system tells.',
    );
  }
  if (code === 'SQLITE_CANTOPEN' || code === 'EACCES' || code === 'EPERM') {
    return critical(
      `${path} may not be read by this user (${reason}). No record can be stored or sent; what is in it is safe.`,
      `Run Backhaul as the user whom it belongs to, or give it to this one: sudo chown "$(id -un)" ${path}*`,
    );
  }
  return critical(
    `${path} cannot be read (${reason}). No record can be stored or sent.`,
    'Look at dmesg for faults of the disk and copy the file elsewhere before anything else. Do not delete it.',
  );
}

function setAside(backups: readonly string[]): string {
  const newest = backups[0] === undefined ? '' : ` The newest backup is ${backups[0]}.`;
  return `Do not delete it. Starting the engine ("backhaul engine", the console, or any command such as "backhaul status") sets it aside beside itself with its -wal and -shm files, goes on in a new file and brings back what can be read.${newest}`;
}
