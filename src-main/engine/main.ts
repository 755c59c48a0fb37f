import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { BackhaulError } from '../contract/errors.ts';
import { readEnvironment, secretsOf } from './config/environment.ts';
import { loadConfig } from './config/load-config.ts';
import { startEngine } from './engine.ts';
import { createLogFile } from './log/log-file.ts';
import { createLogger } from './log/logger.ts';
import { fileSecrets, keychainSecrets, parentKeychain, processChannel } from './secrets/service.ts';

/** Exit code that says: another engine holds the data directory, attach to it. */
const engineElsewhere = 75;
const longestCloseMs = 10_000;

/** The engine as a process of its own, started by the console: `engine --data-dir DIR [--keychain]`. Ends with its parent. */
async function main(): Promise<void> {
  const environment = readEnvironment();
  const { values } = parseArgs({
    options: { 'data-dir': { type: 'string' }, keychain: { type: 'boolean' } },
    strict: false,
  });
  const chosen = values['data-dir'];
  const dataDir = resolve(typeof chosen === 'string' ? chosen : environment.dataDir);
  const config = loadConfig(dataDir, environment);
  const now = (): Date => new Date();
  const log = createLogger(
    config.log.level,
    now,
    createLogFile(join(dataDir, 'logs', 'engine.log')),
    secretsOf(environment),
  );
  const secrets =
    values.keychain === true
      ? keychainSecrets(dataDir, parentKeychain(processChannel()))
      : fileSecrets(dataDir);
  const ports = { environment, log, now, random: Math.random, stays: true, secrets };
  const engine = await startEngine(config, ports);
  const stop = (): void => {
    // A producer that never reads its replies must not keep the engine; what was acknowledged is on disk.
    setTimeout(() => process.exit(0), longestCloseMs).unref();
    engine.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.once('disconnect', stop);
  const parent = (process as { parentPort?: { postMessage(message: unknown): void } }).parentPort;
  const ready = { type: 'ready' };
  if (parent === undefined) process.send?.(ready);
  else parent.postMessage(ready);
}

for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  const elsewhere = error instanceof BackhaulError && error.details?.engineRunning === true;
  process.exit(elsewhere ? engineElsewhere : 1);
});
