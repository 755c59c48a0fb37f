import { Command, CommanderError } from 'commander';
import { BackhaulError } from '../contract/errors.ts';
import { version } from '../engine/version.ts';
import { backupCommand } from './commands/backup.ts';
import { cleanupCommand } from './commands/cleanup.ts';
import { cloudCommand } from './commands/cloud.ts';
import { configCommand } from './commands/config.ts';
import { doctorCommand } from './commands/doctor.ts';
import { engineCommand } from './commands/engine.ts';
import { errorsCommand } from './commands/errors.ts';
import { findCommand } from './commands/find.ts';
import { healthCommand } from './commands/health.ts';
import { historyCommand } from './commands/history.ts';
import { ingestCommand } from './commands/ingest.ts';
import { inventoryCommand } from './commands/inventory.ts';
import { kioskCommand } from './commands/kiosk.ts';
import { pauseCommand, resumeCommand } from './commands/pause.ts';
import { quarantineCommand } from './commands/quarantine.ts';
import { statesCommand } from './commands/states.ts';
import { statusCommand } from './commands/status.ts';
import { syncCommand } from './commands/sync.ts';
import { verifyCommand } from './commands/verify.ts';
import { nonEmpty } from './context.ts';
import { exitCode, exitCodeOfError } from './exit-code.ts';
import { printableLines } from './output.ts';

/** Runs one command; the exit code is SPEC 8's. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreBrokenPipe);
  try {
    await createProgram().parseAsync(argv, { from: 'user' });
  } catch (error) {
    process.exitCode = report(error, argv.includes('--json'));
  }
}

/** All commands, none of them run. */
export function createProgram(): Command {
  const program = new Command('backhaul')
    .description('Keeps every record of the store safe and carries it to the cloud.')
    .version(version)
    .option(
      '--data-dir <dir>',
      'where the data lies (BACKHAUL_DATA_DIR; default: the per-user data folder)',
      nonEmpty,
    )
    .option('--json', 'one JSON object on standard output, for machines')
    .exitOverride()
    .showHelpAfterError('(add --help for the options and examples)');
  for (const command of [
    ingestCommand(),
    statesCommand(),
    syncCommand(),
    statusCommand(),
    historyCommand(),
    errorsCommand(),
    findCommand(),
    verifyCommand(),
    healthCommand(),
    quarantineCommand(),
    cleanupCommand(),
    inventoryCommand(),
    backupCommand(),
    pauseCommand(),
    resumeCommand(),
    engineCommand(),
    cloudCommand(),
    configCommand(),
    kioskCommand(),
    doctorCommand(),
  ]) {
    program.addCommand(inheriting(command));
  }
  return program;
}

/** Every command takes --data-dir and --json after its own name, too. */
function inheriting(command: Command): Command {
  command.exitOverride().showHelpAfterError('(add --help for the options and examples)');
  if (command.commands.length === 0) {
    command
      .option('--data-dir <dir>', 'where the data lies', nonEmpty)
      .option('--json', 'one JSON object on standard output');
  }
  for (const child of command.commands) inheriting(child);
  return command;
}

function report(error: unknown, json: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage;
  const message = error instanceof Error ? error.message : String(error);
  const advice = isSqlite(error) ? ' What can be read is untouched; run: backhaul doctor' : '';
  process.stderr.write(`backhaul: ${printableLines(message)}${advice}\n`);
  const code = exitCodeOfError(error);
  if (code === exitCode.internal && !json && error instanceof Error && !isExplained(error)) {
    process.stderr.write(`${error.stack}\n`);
  }
  return code;
}

function isSqlite(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_');
}

/** A fault of ours or of the system (a full or read-only disk): where in the program it came up helps nobody. */
function isExplained(error: Error): boolean {
  return error instanceof BackhaulError || 'syscall' in error || isSqlite(error);
}

/** A reader that closes its end early (`| head`) ends the command quietly. */
function ignoreBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(exitCode.done);
  throw error;
}
