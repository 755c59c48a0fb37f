import { spawn } from 'node:child_process';
import { ensureBuild } from './build-freshness.ts';
import { resolveElectron, sandboxSwitches } from './electron-runtime.ts';
import { projectEnvironment, projectRoot } from './run-command.ts';

const say = (line: string): void => console.error(line);

function hasDisplay(): boolean {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

async function start(): Promise<number> {
  if (!hasDisplay()) {
    say(
      'There is no display for the console. Set DISPLAY, or run the engine alone: npm run backhaul -- engine',
    );
    return 2;
  }
  const electron = await resolveElectron();
  await ensureBuild(say);
  const switches = await sandboxSwitches();
  const child = spawn(electron.executable, [...switches, projectRoot, ...process.argv.slice(2)], {
    env: projectEnvironment(),
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

try {
  process.exitCode = await start();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
