import { findEnvironmentAccess } from './environment-access.ts';
import { runCommand } from './run-command.ts';
import { findTranslationFaults } from './translation-keys.ts';

/** One check of the source; it counts as one test. */
export interface StaticCheck {
  readonly name: string;
  /** Empty when it holds, else what is wrong. */
  readonly run: () => Promise<string>;
}

function tool(name: string, command: readonly string[]): StaticCheck {
  return {
    name,
    run: async () => {
      const { code, output } = await runCommand(command, 'kept', { NO_COLOR: '1', FORCE_COLOR: '0' });
      return code === 0 ? '' : output.trim() || `${command.join(' ')} ended with ${code}`;
    },
  };
}

function search(name: string, find: () => readonly string[], rule: string): StaticCheck {
  return {
    name,
    run: async () => {
      const faults = find();
      return faults.length === 0 ? '' : `${rule}\n${faults.map((fault) => `  ${fault}`).join('\n')}`;
    },
  };
}

const layers = [
  'src-main/contract',
  'src-main',
  'src-main/desktop',
  'src-preload',
  'src-renderer',
  'e2e/electron',
];

/** Format, lint, types per layer, who may import whom, and two rules that no tool knows. */
export const staticChecks: readonly StaticCheck[] = [
  tool('format and lint', ['biome', 'check', '--error-on-warnings', '--diagnostic-level=warn', '.']),
  ...layers.map((layer) => tool(`types of ${layer}`, ['tsc', '-p', layer])),
  tool('who may import whom', [
    'depcruise',
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'err-long',
    'src-main',
    'src-preload',
    'src-renderer',
    'scripts',
  ]),
  search(
    'the environment is read in one place',
    findEnvironmentAccess,
    'process.env is read outside src-main/engine/config:',
  ),
  search('three complete languages', findTranslationFaults, 'The texts of the console do not match:'),
];
