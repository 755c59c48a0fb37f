import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '../engine/log/logger.ts';
import { openPreferences, type PreferenceStore } from './preferences.ts';

let folder: string;
const lines: string[] = [];
const open = (): PreferenceStore => {
  const now = (): Date => new Date('2026-01-02T03:04:05Z');
  return openPreferences(
    folder,
    createLogger('info', now, (line) => lines.push(line)),
    now,
  );
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'preferences-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the preferences', () => {
  it('change what is named, keep the rest, and are there at the next start', async () => {
    await open().change({ theme: 'dark' });
    await open().change({ language: 'zh-TW' });
    expect(open().current()).toMatchObject({ theme: 'dark', language: 'zh-TW', notifications: true });
  });

  it('lose nothing when two changes come at once', async () => {
    const preferences = open();
    await Promise.all([preferences.change({ theme: 'dark' }), preferences.change({ clock: 'utc' })]);
    expect(open().current()).toMatchObject({ theme: 'dark', clock: 'utc' });
  });

  it('tell whoever listens', async () => {
    const preferences = open();
    const heard: string[] = [];
    preferences.onChange(({ theme }) => heard.push(theme));
    await preferences.change({ theme: 'contrast' });
    expect(heard).toEqual(['contrast']);
  });

  it('are begun anew when their file is damaged, which is kept and said', () => {
    writeFileSync(join(folder, 'preferences.json'), '{"theme": "pink"}');
    expect(open().current().theme).toBe('system');
    expect(readdirSync(folder)).toEqual(['preferences.json.damaged-2026-01-02T03-04-05-000Z']);
    expect(lines.join('')).toContain('damaged');
  });

  it('say that they could not be stored, and stay as they were', async () => {
    const preferences = open();
    rmSync(folder, { recursive: true });
    writeFileSync(folder, '');
    await expect(preferences.change({ theme: 'dark' })).rejects.toMatchObject({ code: 'storage' });
    expect(preferences.current().theme).toBe('system');
  });
});
