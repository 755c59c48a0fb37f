import { describe, expect, it } from 'vitest';
import { ask, awaitTrayHost, hasTrayHost } from './tray-host.ts';

describe('a tray', () => {
  it('is always there on Windows and macOS', async () => {
    expect([await hasTrayHost('win32'), await hasTrayHost('darwin')]).toEqual([true, true]);
  });

  it('is there on Linux only while something on the session’s bus shows icons', async () => {
    const answers = (answer: string | null) => () => Promise.resolve(answer);
    expect(await hasTrayHost('linux', answers('   boolean true\n'))).toBe(true);
    expect(await hasTrayHost('linux', answers('(true,)\n'))).toBe(true);
    expect(await hasTrayHost('linux', answers('   boolean false\n'))).toBe(false);
    expect(await hasTrayHost('linux', answers(''))).toBe(false);
    expect(await hasTrayHost('linux', answers(null))).toBe(false);
  });

  it('is asked for with the second tool where the first is not installed', async () => {
    const asked: string[] = [];
    await hasTrayHost('linux', (program) => {
      asked.push(program);
      return Promise.resolve(program === 'gdbus' ? '(true,)' : null);
    });
    expect(asked).toEqual(['dbus-send', 'gdbus']);
  });

  it('tells a tool that is not there from one that fails', async () => {
    expect(await ask('no-such-program-here', [])).toBeNull();
    expect(await ask(process.execPath, ['-e', 'process.exit(1)'])).toBe('');
    expect(await ask(process.execPath, ['-e', 'console.log(true)'])).toBe('true\n');
  });

  it('is told once it is found', async () => {
    await new Promise<void>((resolve) => {
      awaitTrayHost(resolve, () => Promise.resolve(true));
    });
  });
});
