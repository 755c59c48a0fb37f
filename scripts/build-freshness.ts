import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, runCommand } from './run-command.ts';

const sources = ['src-main', 'src-preload', 'src-renderer', 'electron.vite.config.ts', 'package.json'];
const built = ['out/main/index.js', 'out/preload/index.cjs', 'out/renderer/index.html'];

function newestChange(path: string): number {
  const found = statSync(path);
  if (!found.isDirectory()) return found.mtimeMs;
  return readdirSync(path).reduce(
    (newest, name) => Math.max(newest, newestChange(join(path, name))),
    found.mtimeMs,
  );
}

function isFresh(): boolean {
  const outputs = built.map((name) => join(projectRoot, name));
  if (!outputs.every((path) => existsSync(path))) return false;
  const oldestOutput = Math.min(...outputs.map((path) => statSync(path).mtimeMs));
  return sources.every((name) => newestChange(join(projectRoot, name)) < oldestOutput);
}

/** Builds the application unless the last build is newer than every source. */
export async function ensureBuild(say: (line: string) => void): Promise<void> {
  if (isFresh()) return;
  say('building');
  const { code, output } = await runCommand(['electron-vite', 'build'], 'kept', { NO_COLOR: '1' });
  if (code !== 0) throw new Error(`the build failed:\n${output}`);
}
