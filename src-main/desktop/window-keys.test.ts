import { describe, expect, it } from 'vitest';
import { keyMeaning, nextZoom, type PressedKey } from './window-keys.ts';

/** `Control+Shift+I` and the like; Shift is in the key itself. */
function pressed(text: string): PressedKey {
  const parts = text.split('+');
  const key = text.endsWith('++') ? '+' : (parts.at(-1) ?? '');
  const has = (name: string): boolean => parts.slice(0, -1).includes(name);
  return { key, code: '', control: has('Control'), meta: has('Meta'), alt: has('Alt') };
}

describe('a key in the kiosk', () => {
  const ways = [
    ...['Alt+F4', 'F11', 'F12', 'F5', 'F2', 'Control+q', 'Control+Q', 'Control+w', 'Control+r', 'Control+R'],
    ...['Control+Shift+I', 'Control+Shift+J', 'Control+n', 'Control+t', 'Control+p', 'Control+s'],
    ...['Control++', 'Control+-', 'Control+0', 'Control+=', 'Control+Tab', 'Control+Escape'],
    ...['Meta+q', 'Meta+m', 'Meta+h', 'Alt+Tab', 'Alt+ArrowLeft', 'Alt+Home', 'Alt+ ', 'Alt+d'],
    ...['BrowserBack', 'BrowserHome', 'LaunchApplication1', 'PrintScreen', 'ContextMenu', 'Help'],
  ];
  for (const way of ways) {
    it(`does not lead out: ${way}`, () => expect(keyMeaning(pressed(way), true)).toBe('refused'));
  }

  for (const use of [
    'Tab',
    'Enter',
    'Escape',
    ' ',
    '7',
    'ArrowDown',
    'a',
    '?',
    'F1',
    'Alt+2',
    'Control+Enter',
    'Control+v',
  ]) {
    it(`serves the page: ${use}`, () => expect(keyMeaning(pressed(use), true)).toBe('page'));
  }
});

describe('a key in the window', () => {
  for (const [key, meaning] of [
    ['Control++', 'zoomIn'],
    ['Control+=', 'zoomIn'],
    ['Meta+-', 'zoomOut'],
    ['Control+0', 'zoomReset'],
    ['F11', 'fullScreen'],
    ['Control+w', 'close'],
    ['Control+q', 'quit'],
    ['Control+c', 'page'],
    ['q', 'page'],
    ['+', 'page'],
  ] as const) {
    it(`${key} means ${meaning}`, () => expect(keyMeaning(pressed(key), false)).toBe(meaning));
  }
});

describe('the zoom', () => {
  it('goes by the usual steps and ends at half and three times', () => {
    expect([nextZoom(1, true), nextZoom(1, false), nextZoom(1.3, false)]).toEqual([1.1, 0.9, 1.25]);
    expect([nextZoom(3, true), nextZoom(0.5, false)]).toEqual([3, 0.5]);
  });
});
