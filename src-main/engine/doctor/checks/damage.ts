import { statSync } from 'node:fs';
import { z } from 'zod';
import { readFileHeader } from '../../storage/service.ts';
import { critical, type Finding, fine, info, sizeText } from '../finding.ts';
import type { Patient } from '../patient.ts';
import { runProbe } from '../run-probe.ts';

const withinMs = 25_000;
/** while a file with a rollback journal is read, nobody can write to it */
const withinMsWhereWritersWait = 2000;

/** SQLite's own quick check of the whole file, in a process that is killed when its time is up. */
export async function damage({ databasePath: path }: Patient): Promise<readonly Finding[]> {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats?.isFile() || stats.size === 0) return [fine('There is nothing to check yet.')];
  const header = readFileHeader(path);
  if (!header.isSqlite) return [info('Not checked: it is no SQLite database.', 'See "database".')];
  const result = await runProbe('damage-probe', [path], header.isWal ? withinMs : withinMsWhereWritersWait);
  if (result.ended === 'late') {
    return [
      info(
        `The file is too large (${sizeText(stats.size)}) or the disk too slow to be checked in the time of this command.`,
        'Where damage is suspected, run "PRAGMA quick_check" with sqlite3 on a copy.',
      ),
    ];
  }
  if (result.ended === 'badly' && /locked|busy/i.test(result.reason)) {
    return [info('Not checked: another program holds the file.', 'See "database-lock".')];
  }
  const problems =
    result.ended === 'well' ? z.array(z.string()).parse(JSON.parse(result.output)) : [result.reason];
  if (problems.length === 0) return [fine('SQLite finds no damage in the database.')];
  return [
    critical(
      `${path} is damaged inside (${firstLine(problems)}). Records in the damaged part cannot be read or sent; the others are still there.`,
      `Do not delete it; look at dmesg for faults of the disk. Start the engine ("backhaul engine" or the console): it sets the file aside beside itself, goes on in a new one and brings back what can be read. A running one does so when it next checks the file; restart it to have that at once.`,
    ),
  ];
}

function firstLine(problems: readonly string[]): string {
  const [first = 'no reason given'] = problems
    .flatMap((words) => words.split('\n'))
    .filter((line) => !/^\*\*\*/.test(line));
  return first.slice(0, 200);
}
