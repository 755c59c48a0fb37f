import { Command } from 'commander';
import type { HealthReport } from '../../contract/health-shapes.ts';
import { commandContext } from '../context.ts';
import { askEngine } from '../engine-session.ts';
import { formatTable } from '../output.ts';

export function healthCommand(): Command {
  return new Command('health')
    .description('what is looked at, and how it stands: ok, info, warning or critical')
    .addHelpText('after', '\nExamples:\n  backhaul health\n  backhaul health --json')
    .action(async (_options: unknown, command: Command) => {
      const context = commandContext(command);
      const report = await askEngine(context, ({ client }) => client.call('health.get', {}));
      const checks = report.checks.map(({ name, level, message }) => ({ name, level, message }));
      context.output.result({ level: report.level, checks }, () => describe(report));
    });
}

function describe({ level, checks }: HealthReport): string {
  const rows = checks.map((check) => [check.level.toUpperCase(), check.name, check.message]);
  return `${level.toUpperCase()}\n\n${formatTable(['level', 'check', 'what was found'], rows)}`;
}
