import { BackhaulError } from '../../contract/errors.ts';
import { type Config, checkConfig } from './check-config.ts';
import type { Environment } from './environment.ts';

export { type Config, configFileName } from './check-config.ts';

/**
 * Reads and validates the configuration; a missing file is all defaults.
 * @throws BackhaulError `invalid_input` naming each path and reason. Nothing has been changed then.
 */
export function loadConfig(dataDir: string, environment: Environment): Config {
  const { path, config, faults } = checkConfig(dataDir, environment);
  if (config !== null) return config;
  const lines = faults.map((fault) => `${fault.path}: ${fault.reason}`);
  throw new BackhaulError('invalid_input', `The configuration ${path} is not valid. ${lines.join('; ')}.`, {
    details: { faults: lines },
  });
}
