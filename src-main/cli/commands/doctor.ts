import { Command } from 'commander';
import { type CheckResult, type Diagnosis, examine, type FindingCause } from '../../engine/doctor/service.ts';
import { commandContext } from '../context.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { printable } from '../output.ts';

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('looks at everything this installation needs and says what to do about each fault')
    .addHelpText(
      'after',
      `
Changes nothing, starts nothing, works beside a running engine.
Exit code: 0 nothing is worse than a warning, 2 the configuration is at fault, 4 only the cloud cannot be reached,
5 something else needs a person.

Examples:
  backhaul doctor
  backhaul doctor --json
  backhaul doctor --data-dir /var/lib/backhaul`,
    )
    .action(async (_options: unknown, command: Command) => {
      const { dataDir, environment, output } = commandContext(command);
      const { diagnosis, cause } = await examine({ dataDir, environment, now: () => new Date() });
      output.result(diagnosis, () => describe(diagnosis));
      process.exitCode = exitCodeOfCause(cause);
      endWhenWritten();
    });
}

/** SPEC 8's code for what the worst finding is about. */
export function exitCodeOfCause(cause: FindingCause | null): ExitCode {
  if (cause === null) return exitCode.done;
  if (cause === 'configuration') return exitCode.usage;
  return cause === 'unreachable' ? exitCode.tryAgainLater : exitCode.operatorMustAct;
}

/** A check that hangs, on a disk that is gone for instance, must not keep the command. */
function endWhenWritten(): void {
  process.stdout.write('', () => process.exit());
}

const labels: Readonly<Record<CheckResult['level'], string>> = {
  ok: 'ok      ',
  info: 'info    ',
  warning: 'WARNING ',
  critical: 'CRITICAL',
};

function describe({ checks }: Diagnosis): string {
  const lines = checks.flatMap(({ name, level, message, nextStep }) => [
    `${labels[level]}  ${name}: ${printable(message)}`,
    ...(nextStep === null ? [] : [`          Next: ${printable(nextStep)}`]),
  ]);
  const count = (level: CheckResult['level']): number => checks.filter((one) => one.level === level).length;
  const [criticals, warnings] = [count('critical'), count('warning')];
  const verdict =
    criticals > 0
      ? `${criticals} critical, ${warnings} to look at.`
      : warnings > 0
        ? `Nothing critical, ${warnings} to look at.`
        : 'All is well.';
  return [...lines, '', verdict].join('\n');
}
