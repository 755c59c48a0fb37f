import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { type Environment, readEnvironment } from '../engine/config/environment.ts';
import { type Config, loadConfig } from '../engine/config/load-config.ts';
import { createOutput, type Output } from './output.ts';

/** What every command has: where the data lies, how to speak, and what the environment said. */
export interface CommandContext {
  readonly dataDir: string;
  readonly environment: Environment;
  readonly output: Output;
  /** @throws BackhaulError `invalid_input` naming each fault of config.json */
  config(): Config;
  /** relative paths start from the folder the command was called in */
  path(name: string): string;
}

export function commandContext(command: Command): CommandContext {
  const options = command.optsWithGlobals<{ json?: boolean; dataDir?: string }>();
  const environment = readEnvironment();
  const path = (name: string): string => resolve(environment.callerDir, name);
  const dataDir = path(options.dataDir ?? environment.dataDir);
  return {
    dataDir,
    environment,
    output: createOutput(options.json ?? false),
    config: () => loadConfig(dataDir, environment),
    path,
  };
}

/** An option that names something must not be empty: an unset shell variable is a mistake, not a choice. */
export function nonEmpty(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('it is empty.');
  return text;
}

/** An id as the bridge takes it (SPEC 4.1). */
export function idOption(text: string): string {
  if (nonEmpty(text).length > 200) throw new InvalidArgumentError('at most 200 characters.');
  return text;
}
