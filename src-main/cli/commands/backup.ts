import { join } from 'node:path';
import { Command } from 'commander';
import type { BackupFile } from '../../contract/backup-calls.ts';
import { databaseFileName, listBackups, type Restored, restoreBackup } from '../../engine/storage/service.ts';
import { type CommandContext, commandContext, nonEmpty } from '../context.ts';
import { withEngine } from '../engine-session.ts';
import { formatTable } from '../output.ts';

const help = `
A long-running engine makes one a day in backups/ of the data directory and keeps the last 7 (backup.enabled,
backup.keep).

Examples:
  backhaul backup create
  backhaul backup list
  backhaul backup restore detection_data.db.backup-20260110T030000Z`;

export function backupCommand(): Command {
  const backup = new Command('backup').description('whole, checked copies of the local database');
  backup
    .command('create')
    .description('makes one now, beside capture')
    .addHelpText('after', '\nExamples:\n  backhaul backup create\n  backhaul backup create --json')
    .action(async (_: object, command: Command) => {
      const context = commandContext(command);
      const made = await withEngine(context, ({ client }) => client.call('backup.create', {}));
      context.output.result(
        made,
        () => `Backed up to ${made.path} (${made.bytes.toLocaleString('en-US')} bytes).`,
      );
    });
  backup
    .command('list')
    .description('backups, newest first')
    .addHelpText('after', '\nExamples:\n  backhaul backup list\n  backhaul backup list --json')
    .action((_: object, command: Command) => {
      const context = commandContext(command);
      const backups = listBackups(databaseOf(context));
      context.output.result(backups, () => describe(backups));
    });
  backup
    .command('restore')
    .description('puts a copy of a backup in the place of the database, which is set aside, never deleted')
    .argument('<backup>', 'a name of the list, or a file', nonEmpty)
    .addHelpText(
      'after',
      `
No engine may run meanwhile. What only the present database holds comes over when the next engine starts: nothing that
was acknowledged since the backup is lost.

Examples:
  backhaul backup restore detection_data.db.backup-20260110T030000Z
  backhaul backup restore /mnt/usb/detection_data.db`,
    )
    .action((name: string, _: object, command: Command) => {
      const context = commandContext(command);
      const path = databaseOf(context);
      const listed = listBackups(path).find((one) => one.name === name);
      const restored = restoreBackup(path, listed?.path ?? context.path(name), new Date());
      context.output.result(restored, () => tell(restored));
    });
  return backup.addHelpText('after', help);
}

function databaseOf({ dataDir }: CommandContext): string {
  return join(dataDir, databaseFileName);
}

function describe(backups: readonly BackupFile[]): string {
  if (backups.length === 0) return 'There is no backup yet. Make one: backhaul backup create';
  return formatTable(
    ['name', 'made (UTC)', 'bytes'],
    backups.map(({ name, createdAt, bytes }) => [name, createdAt.slice(0, 19).replace('T', ' '), bytes]),
  );
}

function tell({ backup, setAside }: Restored): string {
  const rest =
    setAside === null
      ? 'There was no database before.'
      : `The database that was there is kept as ${setAside}; what only that one holds comes over when the next engine starts.`;
  return `${backup} was restored. ${rest}`;
}
