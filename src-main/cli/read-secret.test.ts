import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readSecret } from './read-secret.ts';

const questions = ['New: ', 'Again: '] as const;

function terminal(...keys: string[]): { input: Readable & { isTTY: true }; shown: string[]; raw: boolean[] } {
  const raw: boolean[] = [];
  const input = Object.assign(Readable.from(keys), {
    isTTY: true as const,
    setRawMode: (on: boolean) => raw.push(on),
  });
  return { input, shown: [], raw };
}

describe('a secret', () => {
  it('that is typed is asked for twice and shown by nothing', async () => {
    const { input, shown, raw } = terminal('13', '5', '8\u007f7', '\r', '1357\r');
    expect(await readSecret(input, (text) => shown.push(text), questions)).toBe('1357');
    expect(shown.join('')).toBe('New: \nAgain: \n');
    expect(raw).toEqual([true, false]);
  });

  it('that is typed differently the second time is not taken', async () => {
    const { input } = terminal('1357\r1358\r');
    await expect(readSecret(input, () => undefined, questions)).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });

  it('is given up by Ctrl+C, and the terminal is as it was', async () => {
    const { input, raw } = terminal('13', '\u0003');
    await expect(readSecret(input, () => undefined, questions)).rejects.toMatchObject({ code: 'cancelled' });
    expect(raw).toEqual([true, false]);
  });

  it('that is piped is the first line', async () => {
    const read = (text: string): Promise<string> =>
      readSecret(Readable.from([text]), () => undefined, questions);
    expect(await read('1357\n')).toBe('1357');
    expect(await read('1357\r\nmore\n')).toBe('1357');
    expect(await read('1357')).toBe('1357');
    await expect(read('')).rejects.toMatchObject({ code: 'invalid_input' });
  });
});
