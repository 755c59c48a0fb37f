import { join } from 'node:path';
import { Command } from 'commander';
import { secretsOf } from '../../engine/config/environment.ts';
import { startEngine } from '../../engine/engine.ts';
import { createLogFile } from '../../engine/log/log-file.ts';
import { createLogger } from '../../engine/log/logger.ts';
import { commandContext } from '../context.ts';
import { exitCode } from '../exit-code.ts';

const longestCloseMs = 10_000;

export function engineCommand(): Command {
  return new Command('engine')
    .description('runs the engine with no window until SIGTERM or SIGINT; log lines on standard error')
    .option('--no-api', 'without the API on 127.0.0.1 for other programs of this box')
    .addHelpText('after', '\nExamples:\n  backhaul engine\n  backhaul engine --data-dir /var/lib/backhaul')
    .action(async ({ api }: { readonly api: boolean }, command: Command) => {
      const context = commandContext(command);
      const config = context.config();
      const file = createLogFile(join(context.dataDir, 'logs', 'engine.log'));
      const now = (): Date => new Date();
      const log = createLogger(
        config.log.level,
        now,
        (line) => {
          file(line);
          process.stderr.write(line);
        },
        secretsOf(context.environment),
      );
      const stopped = stopSignal();
      const engine = await startEngine(config, {
        environment: context.environment,
        log,
        now,
        random: Math.random,
        stays: true,
        api,
      });
      await stopped;
      // A producer that never reads its replies must not keep the engine; what was acknowledged is on disk.
      setTimeout(() => process.exit(exitCode.done), longestCloseMs).unref();
      await engine.close();
    });
}

/** The first signal ends the engine cleanly. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
}
