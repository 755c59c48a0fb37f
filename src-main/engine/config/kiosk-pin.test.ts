import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type KioskPin, openKioskPin } from './kiosk-pin.ts';

const minute = 60_000;
let folder: string;
let wallMs: number;
let uptimeMs: number;

/** As after a start of the console: nothing is known but the file. */
const start = (): KioskPin => openKioskPin(folder, { now: () => new Date(wallMs), uptimeMs: () => uptimeMs });
const pass = (ms: number): void => {
  wallMs += ms;
  uptimeMs += ms;
};
/** The fifth wrong try in a row; the four before it are written as they are kept, for each costs a tenth of a second. */
async function failForTheFifthTime(pin: KioskPin): Promise<void> {
  const path = join(folder, 'kiosk-pin.json');
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), wrongTries: 4 }));
  await pin.check('0000');
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kiosk-pin-'));
  wallMs = Date.parse('2026-01-02T03:04:05Z');
  uptimeMs = 1_000;
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the PIN of the kiosk', () => {
  it('opens when it is right, also after a restart, and says how many tries are left when it is wrong', async () => {
    await start().set('13572468');
    expect(start().isSet()).toBe(true);
    expect(await start().check('13572469')).toEqual({ accepted: false, triesLeft: 4, lockedUntil: null });
    expect(await start().check('13572468')).toEqual({ accepted: true, triesLeft: 5, lockedUntil: null });
  });

  it('lies as a salted hash in a file of its owner', async () => {
    await start().set('13572468');
    const path = join(folder, 'kiosk-pin.json');
    const first = readFileSync(path, 'utf8');
    expect(first).not.toContain('13572468');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await start().set('13572468');
    expect(JSON.parse(readFileSync(path, 'utf8')).hash).not.toBe(JSON.parse(first).hash);
  });

  it('closes the way for five minutes after five wrong ones, for the right one too', async () => {
    const pin = start();
    await pin.set('1357');
    for (let count = 0; count < 5; count += 1) await pin.check('0000');
    const closed = { accepted: false, triesLeft: 0, lockedUntil: '2026-01-02T03:09:05.000Z' };
    expect(await pin.check('1357')).toEqual(closed);
    expect(await start().check('1357')).toEqual(closed);
    pass(5 * minute - 1);
    expect(await pin.check('1357')).toMatchObject({ accepted: false });
    pass(1);
    expect(await pin.check('1357')).toMatchObject({ accepted: true });
  });

  it('closes it for longer each time, until the right one comes', async () => {
    const pin = start();
    await pin.set('1357');
    for (const minutes of [5, 15, 30, 60, 60]) {
      await failForTheFifthTime(pin);
      pass(minutes * minute - 1);
      expect(await pin.check('1357')).toMatchObject({ accepted: false, triesLeft: 0 });
      pass(1);
    }
    expect(await pin.check('1357')).toMatchObject({ accepted: true });
    await failForTheFifthTime(pin);
    pass(5 * minute);
    expect(await pin.check('1357')).toMatchObject({ accepted: true });
  });

  it('gives no further tries to who sends many at once', async () => {
    const pin = start();
    await pin.set('1357');
    const outcomes = await Promise.all(
      ['1', '2', '3', '4', '5', '1357'].map((digits) => pin.check(digits.padEnd(4, '9').slice(0, 4))),
    );
    expect(outcomes.at(-1)).toMatchObject({ accepted: false, triesLeft: 0 });
  });

  it('neither opens earlier nor stays closed longer for a clock that is moved while the console runs', async () => {
    const pin = start();
    await pin.set('1357');
    await failForTheFifthTime(pin);
    wallMs += 24 * 60 * minute;
    expect(await pin.check('1357')).toMatchObject({ accepted: false });
    wallMs -= 48 * 60 * minute;
    uptimeMs += 5 * minute;
    expect(await pin.check('1357')).toMatchObject({ accepted: true });
  });

  it('waits its time once more, and not a day, when the clock was put back before a restart', async () => {
    const pin = start();
    await pin.set('1357');
    await failForTheFifthTime(pin);
    wallMs -= 24 * 60 * minute;
    const again = start();
    expect(await again.check('1357')).toMatchObject({ accepted: false });
    pass(5 * minute);
    expect(await again.check('1357')).toMatchObject({ accepted: true });
  });

  it('is changed only by who knows the current one, and wrong guesses count', async () => {
    const pin = start();
    expect(await pin.change('1357', null)).toMatchObject({ accepted: true });
    expect(await pin.change('2468', null)).toMatchObject({ accepted: false, triesLeft: 4 });
    expect(await pin.change('2468', '1357')).toMatchObject({ accepted: true });
    expect(await pin.check('2468')).toMatchObject({ accepted: true });
  });

  it('is 4 to 12 digits', async () => {
    for (const wrong of ['123', '1234567890123', '12a4', '', '１２３４']) {
      await expect(start().set(wrong)).rejects.toMatchObject({ code: 'invalid_input' });
    }
    expect(start().isSet()).toBe(false);
  });

  it('is accepted by nobody where none is set or its file is damaged', async () => {
    expect(await start().check('1357')).toMatchObject({ accepted: false });
    writeFileSync(join(folder, 'kiosk-pin.json'), '{"hash": ""}');
    expect(start().isSet()).toBe(false);
    expect(await start().check('')).toMatchObject({ accepted: false });
  });
});
