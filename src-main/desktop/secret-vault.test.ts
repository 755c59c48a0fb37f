import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '../engine/log/logger.ts';
import { type Cipher, openSecretVault, type SecretVault } from './secret-vault.ts';

// The system's keychain is the one thing that stands in here: it needs an unlocked keyring of a desktop session.
const turned: Cipher = {
  encrypt: (text) => Promise.resolve(Buffer.from(text, 'utf8').reverse()),
  decrypt: (bytes) => Promise.resolve(Buffer.from(bytes).reverse().toString('utf8')),
};
const locked: Cipher = {
  encrypt: () => Promise.reject(new Error('the keyring is locked')),
  decrypt: () => Promise.reject(new Error('the keyring is locked')),
};

let folder: string;
let lines: string[] = [];
const open = (cipher = turned): SecretVault => {
  const now = (): Date => new Date('2026-01-02T03:04:05Z');
  return openSecretVault(
    folder,
    cipher,
    createLogger('info', now, (line) => lines.push(line)),
    now,
  );
};
const path = (): string => join(folder, 'secrets.json');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'secret-vault-'));
  lines = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = { type: 'secret.write', id: 1, name: 'device-token', value: 'very-secret-value' } as const;
const read = { type: 'secret.read', id: 2, name: 'device-token' } as const;
const done = (id: number, value: string | null = null) => ({ type: 'secret.reply', id, ok: true, value });

describe('the vault', () => {
  it('gives back what it was given, also after a restart, and null after it was cleared', async () => {
    expect(await open().answer(read)).toEqual(done(2));
    expect(await open().answer(write)).toEqual(done(1));
    expect(await open().answer(read)).toEqual(done(2, 'very-secret-value'));
    expect(await open().answer({ type: 'secret.clear', id: 3, name: 'device-token' })).toEqual(done(3));
    expect(await open().answer({ type: 'secret.clear', id: 4, name: 'api-key' })).toEqual(done(4));
    expect(await open().answer(read)).toEqual(done(2));
  });

  it('has no secret in plain text in its file, which is its owner’s', async () => {
    await open().answer(write);
    expect(readFileSync(path(), 'utf8')).not.toContain('very-secret-value');
    expect(statSync(path()).mode & 0o777).toBe(0o600);
  });

  it('keeps both of two secrets that come at once', async () => {
    const vault = open();
    await Promise.all([
      vault.answer(write),
      vault.answer({ ...write, id: 5, name: 'api-key', value: 'other' }),
    ]);
    expect(await vault.answer(read)).toMatchObject({ value: 'very-secret-value' });
    expect(await vault.answer({ ...read, name: 'api-key' })).toMatchObject({ value: 'other' });
  });

  it('says why the keychain refuses, and keeps what was there', async () => {
    await open().answer(write);
    const refused = { type: 'secret.reply', ok: false, reason: 'the keyring is locked' };
    expect(await open(locked).answer(read)).toEqual({ ...refused, id: 2 });
    expect(await open(locked).answer({ ...write, value: 'newer' })).toEqual({ ...refused, id: 1 });
    expect(await open().answer(read)).toMatchObject({ value: 'very-secret-value' });
    expect(lines.join('')).not.toMatch(/very-secret|newer/);
  });

  it('sets a damaged file aside', async () => {
    writeFileSync(path(), '{"values": 7}');
    expect(await open().answer(read)).toEqual(done(2));
    expect(lines.join('')).toContain('damaged');
  });

  it('does not answer what is no question about secrets', async () => {
    for (const message of [
      null,
      'secret.read',
      { type: 'ready' },
      { ...read, name: 'other' },
      { ...read, x: 1 },
    ])
      expect(await open().answer(message)).toBeNull();
  });
});
