import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openKioskPin } from '../../src-main/engine/config/kiosk-pin.ts';
import { backhaul, projectRoot } from '../support/command-line.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder('kiosk-command');
afterAll(() => folder.remove());

function accepts(dataDir: string, pin: string): Promise<boolean> {
  const ports = { now: () => new Date(), uptimeMs: () => performance.now() };
  return openKioskPin(dataDir, ports)
    .check(pin)
    .then(({ accepted }) => accepted);
}

test('kiosk set-pin takes the PIN from standard input, keeps a hash for its owner alone, and needs no engine', async () => {
  const dataDir = join(folder.path, 'piped');
  const result = await backhaul(['kiosk', 'set-pin', '--json'], { dataDir, input: '246813579\n' });
  expect([result.code, result.json()]).toEqual([0, { set: true }]);
  expect(result.stdout + result.stderr).not.toContain('246813579');
  expect(readdirSync(dataDir)).toEqual(['kiosk-pin.json']);
  expect(statSync(join(dataDir, 'kiosk-pin.json')).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(dataDir, 'kiosk-pin.json'), 'utf8')).not.toContain('246813579');
  expect(await accepts(dataDir, '246813579')).toBe(true);
});

test('kiosk set-pin refuses what is no PIN, and a PIN on the command line, and changes nothing', async () => {
  const dataDir = join(folder.path, 'refused');
  await backhaul(['kiosk', 'set-pin'], { dataDir, input: '1357\n' });
  for (const input of ['', '12\n', 'abcd\n', '1234567890123\n']) {
    const result = await backhaul(['kiosk', 'set-pin'], { dataDir, input });
    expect([input, result.code, result.stdout]).toEqual([input, 2, '']);
  }
  expect((await backhaul(['kiosk', 'set-pin', '2468'], { dataDir })).code).toBe(2);
  expect((await backhaul(['kiosk', 'set-pin', '--pin', '2468'], { dataDir })).code).toBe(2);
  expect(await accepts(dataDir, '1357')).toBe(true);
});

test('kiosk set-pin opens a way that wrong tries have closed', async () => {
  const dataDir = join(folder.path, 'closed');
  await backhaul(['kiosk', 'set-pin'], { dataDir, input: '1357\n' });
  for (let count = 0; count < 5; count += 1) await accepts(dataDir, '0000');
  expect(await accepts(dataDir, '1357')).toBe(false);
  await backhaul(['kiosk', 'set-pin'], { dataDir, input: '2468\n' });
  expect(await accepts(dataDir, '2468')).toBe(true);
});

test('on a terminal it asks twice and shows nothing of what is typed', async () => {
  const dataDir = join(folder.path, 'typed');
  const command = [process.execPath, join(projectRoot, 'src-main/cli/main.ts')];
  const args = [...command, 'kiosk', 'set-pin', '--data-dir', dataDir];
  const seen = await onTerminal(args, ['864209\r', '864209\r']);
  expect(seen).toMatch(/New PIN.*The same again.*The PIN is set/s);
  expect(seen).not.toContain('864209');
  expect(await accepts(dataDir, '864209')).toBe(true);
});

/** Runs a program on a terminal of its own, answers each question, and gives what the terminal showed. */
async function onTerminal(args: readonly string[], answers: readonly string[]): Promise<string> {
  const script = [
    'import os, pty, sys',
    'pid, fd = pty.fork()',
    'if pid == 0: os.execv(sys.argv[1], sys.argv[1:])',
    "seen = b''",
    `answers = ${JSON.stringify(answers)}`,
    'while True:',
    '    try: chunk = os.read(fd, 4096)',
    '    except OSError: break',
    '    if not chunk: break',
    '    seen += chunk',
    "    if answers and seen.endswith(b': '): os.write(fd, answers.pop(0).encode())",
    "sys.stdout.write(seen.decode('utf8', 'replace'))",
  ].join('\n');
  const child = spawn('python3', ['-c', script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let seen = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    seen += text;
  });
  await new Promise((resolve) => child.once('close', resolve));
  return seen;
}
