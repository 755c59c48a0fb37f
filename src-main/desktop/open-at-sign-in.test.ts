import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { autostartEntry } from './open-at-sign-in.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sign-in-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('an entry of the desktop opens the console at sign-in, and is gone when it is switched off', async () => {
  const path = join(folder, 'autostart', 'backhaul.desktop');
  const entry = autostartEntry(folder, ['/opt/Back haul/backhaul', '--data-dir', '/var/100%/a"b$c']);
  await entry.set(false);
  await entry.set(true);
  expect(readFileSync(path, 'utf8')).toContain(
    'Exec="/opt/Back haul/backhaul" "--data-dir" "/var/100%%/a\\\\"b\\\\$c"\n',
  );
  await entry.set(false);
  expect(existsSync(path)).toBe(false);
});
